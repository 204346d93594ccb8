package ferrite.runtime.boot;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ferrite demo`: the default machine with a disk of known content, read by several threads while the driver of its USB
/// controller, and then the controller, are replaced.
@Command(
        name = "demo",
        description = {
            "Boots the default machine, reads its disk from several threads while the driver of its USB controller and"
                    + " the controller itself are swapped, and checks every byte.",
            "Ends with 0 only if no request failed, nothing was wrong, and the disk image is as expected."
        })
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--reads", paramLabel = "N", description = "How many reads are served at least (default: 10000).")
    private long reads = 10_000;

    @Mixin
    private CommonOptions options = new CommonOptions();

    private final PrintStream out = System.out;

    DemoCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.startLog(Level.WARNING);
        Installation installation = Installation.ofThisProgram();
        Path folder = options.data(installation).resolve("demo");
        Files.createDirectories(folder);
        DemoDisk disk = new DemoDisk(folder.resolve("disk.img"));
        disk.create();
        List<String> problems = new ArrayList<>();
        try (RunningMachine machine = RunningMachine.start(installation, MachineOptions.of(folder, disk.image()))) {
            if (!machine.awaitSettled()) {
                problems.add("the machine did not settle");
            }
            String settled = BootTime.settled();
            out.println(machine.file().name() + ": a disk of 64 MiB, every byte of it known; " + settled);
            DemoRun run = new DemoRun(machine, out);
            run.show(reads, folder.resolve("second-builds"));
            problems.addAll(run.problems());
        }
        checkImage(disk, problems);
        startAgain(new SecondStart(installation.script(), folder, disk.image()), problems);
        problems.forEach(problem -> out.println("WRONG: " + problem));
        out.println(problems.isEmpty() ? "All is right." : "Not all is right.");
        return problems.isEmpty() ? 0 : Main.COMMAND_FAILED;
    }

    private void checkImage(DemoDisk disk, List<String> problems) throws IOException {
        String expected = DemoDisk.expectedDigest();
        String found = disk.digest();
        out.println("SHA-256 of the image  " + found);
        if (found.equals(expected)) {
            out.println("  as expected         " + expected);
        } else {
            problems.add("SHA-256 of " + disk.image() + " should be " + expected);
        }
    }

    private void startAgain(SecondStart start, List<String> problems) throws IOException, InterruptedException {
        start.prepare();
        String said = start.measure();
        if (said.isEmpty()) {
            problems.add("the second start failed; \"ferrite run -v\" shows why");
        } else {
            out.println("the same machine started once more: " + said);
        }
    }
}
