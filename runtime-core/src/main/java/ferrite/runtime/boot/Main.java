package ferrite.runtime.boot;

import ferrite.runtime.plugin.Reason;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The program `ferrite`.
///
/// Exit codes: 0 all right, 1 a command failed, 2 wrong usage, 3 the machine could not be started.
@Command(
        name = "ferrite",
        description = "Runs a machine of emulated devices and real drivers, all of which can be changed while it runs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {RunCommand.class, ExecCommand.class, DemoCommand.class, BenchCommand.class, SettleCommand.class},
        versionProvider = ProgramVersion.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all right", "1:a command failed", "2:wrong usage", "3:the machine could not be started"},
        footer = {"", "Try \"ferrite demo\", or \"ferrite exec 'lspci; lsusb -t; lsblk'\"."})
public final class Main implements Callable<Integer> {
    static final int COMMAND_FAILED = 1;
    static final int BOOT_FAILED = 3;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli looks at its annotation only
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    @SuppressWarnings("UnusedVariable") // picocli looks at its annotation only
    private boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    Main() {
        // Filled by picocli.
    }

    /// Starts the program.
    public static void main(String[] arguments) {
        // Guice without generated classes: nothing keeps a replaced plug-in's loader, and no sun.misc.Unsafe.
        System.setProperty("guice_bytecode_gen_option", "DISABLED");
        Main.class.getModule().addOpens(Main.class.getPackageName(), CommandLine.class.getModule());
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Main());
        // "exec lspci -v": the option is the command's, not ours.
        commands.setStopAtPositional(true);
        commands.setExecutionExceptionHandler((thrown, line, _) -> {
            line.getErr().println("ferrite: " + Reason.of(thrown));
            if (!(thrown instanceof BootException)) {
                thrown.printStackTrace(line.getErr());
            }
            line.getErr().flush();
            return thrown instanceof BootException ? BOOT_FAILED : COMMAND_FAILED;
        });
        return commands.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
