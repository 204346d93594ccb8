package ferrite.benchmarks;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// `ferrite bench`, in the source tree only: the distribution has neither the peers nor JMH.
///
/// Exit codes: 0 measured (whatever came out), 1 something failed, 2 wrong usage.
@Command(
        name = "ferrite bench",
        description = "Measures Ferrite side by side with its peers, in one run on this machine.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = {RingsCommand.class, PoolCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured, whatever came out", "1:something failed", "2:wrong usage"},
        footer = {"", "A full run takes 5 to 10 minutes, --quick less than one."})
public final class BenchCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli looks at its annotation only
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    BenchCommand() {
        // Filled by picocli.
    }

    /// Starts the program.
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new BenchCommand());
        commands.setExecutionExceptionHandler((thrown, line, _) -> {
            line.getErr().println(line.getCommandSpec().qualifiedName() + ": " + thrown.getMessage());
            line.getErr().flush();
            return FAILED;
        });
        commands.setParameterExceptionHandler(BenchCommand::explain);
        return commands;
    }

    private static int explain(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter errors = line.getErr();
        errors.println(line.getCommandSpec().qualifiedName() + ": " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, errors);
        errors.println("Usage: ferrite bench (rings | pool) [--quick] [--json]");
        errors.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "What is to be measured: rings or pool?");
    }
}
