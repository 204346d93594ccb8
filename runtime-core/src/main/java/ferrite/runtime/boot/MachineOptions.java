package ferrite.runtime.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What says which machine is started.
final class MachineOptions {
    private static final String DEFAULT_MACHINE = "usb-stick";

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

    /// The usual machine with other folders.
    static MachineOptions of(Path data, Path disk) {
        MachineOptions options = new MachineOptions();
        options.common = CommonOptions.of(data);
        options.disk = disk;
        return options;
    }
}
