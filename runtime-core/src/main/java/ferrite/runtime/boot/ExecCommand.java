package ferrite.runtime.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ferrite exec`.
@Command(
        name = "exec",
        description = "Starts a machine, runs commands of its shell, and ends. Results go to standard output.")
final class ExecCommand implements Callable<Integer> {
    @Mixin
    private MachineOptions options = new MachineOptions();

    @Parameters(
            paramLabel = "COMMANDS",
            arity = "0..*",
            description = "Commands, separated by \";\" or line ends; without any, standard input is read."
                    + " \"ferrite exec help\" lists them. Options of ferrite stand before.")
    private List<String> commands = new ArrayList<>();

    ExecCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() throws IOException {
        options.common().startLog(Level.WARNING);
        String text = commands.isEmpty()
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : String.join(" ", commands);
        try (RunningMachine machine = RunningMachine.start(Installation.ofThisProgram(), options)) {
            machine.awaitSettled();
            Shell shell = Shell.open(machine);
            shell.watchDeployFolder();
            return shell.execute(CommandLines.split(text)) == 0 ? 0 : Main.COMMAND_FAILED;
        }
    }
}
