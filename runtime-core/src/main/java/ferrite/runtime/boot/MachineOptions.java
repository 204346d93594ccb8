package ferrite.runtime.boot;

import ferrite.runtime.PoolMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What says which machine is started.
final class MachineOptions {
    private static final String DEFAULT_MACHINE = "usb-stick";
    private static final String ANONYMOUS = "anonymous";
    private static final String HUGE_PAGES = "huge-pages";
    private static final String FILES = "files:";

    @Option(
            names = {"-m", "--machine"},
            paramLabel = "FILE",
            description = "Machine to start: a TOML file, or the name of one in machines/ (default: usb-stick).")
    private String machine = DEFAULT_MACHINE;

    @Option(
            names = {"-d", "--disk"},
            paramLabel = "IMAGE",
            description = "What $${disk} in the machine file stands for (default: disk.img in the data folder, made at"
                    + " the first start: 64 MiB of zeros).")
    private @Nullable Path disk;

    @Option(
            names = "--memory",
            paramLabel = "KIND",
            description = "What the plug-ins' and applications' memory is made of: anonymous (default), huge-pages, or"
                    + " files:FOLDER, a file for each in that folder, which other processes can map.")
    private String memory = ANONYMOUS;

    @Mixin
    private CommonOptions common = new CommonOptions();

    CommonOptions common() {
        return common;
    }

    Path machine(Installation installation) {
        return installation.machine(machine);
    }

    /// @throws BootException if the user named one that is not there
    Path disk(DataFolder folder) {
        if (disk == null) {
            return folder.disk();
        }
        Path absolute = disk.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute)) {
            throw new BootException(
                    "disk image " + disk + ": no such file; make one with \"truncate -s 64M " + disk + "\"");
        }
        return absolute;
    }

    /// @throws BootException if the user named no kind that there is, or a folder that is not there
    PoolMemory memory() {
        if (memory.equals(ANONYMOUS)) {
            return new PoolMemory.Anonymous();
        }
        if (memory.equals(HUGE_PAGES)) {
            return new PoolMemory.HugePages();
        }
        if (!memory.startsWith(FILES) || memory.length() == FILES.length()) {
            throw new BootException("memory \"" + memory + "\"; expected anonymous, huge-pages or files:FOLDER");
        }
        Path folder = Path.of(memory.substring(FILES.length())).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new BootException(
                    "memory in files: " + folder + " is no folder; make one with \"mkdir -p " + folder + "\"");
        }
        return new PoolMemory.InFiles(folder);
    }

    /// The usual machine with other folders.
    static MachineOptions of(Path data, Path disk) {
        MachineOptions options = new MachineOptions();
        options.common = CommonOptions.of(data);
        options.disk = disk;
        return options;
    }
}
