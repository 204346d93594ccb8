package ferrite.runtime.boot;

import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ferrite run`.
@Command(name = "run", description = "Starts a machine and a shell on the terminal; \"help\" in it lists the commands.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private MachineOptions options = new MachineOptions();

    RunCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() throws InterruptedException {
        options.common().startLog(Level.INFO);
        try (RunningMachine machine = RunningMachine.start(Installation.ofThisProgram(), options)) {
            Thread closing = new Thread(machine::close, "ferrite-shutdown");
            Runtime.getRuntime().addShutdownHook(closing);
            machine.awaitSettled();
            System.err.println(machine.file().name() + ": " + BootTime.settled() + "; \"help\" lists the commands");
            Shell shell = Shell.open(machine);
            shell.watchDeployFolder();
            shell.interact();
            Runtime.getRuntime().removeShutdownHook(closing);
        }
        return 0;
    }
}
