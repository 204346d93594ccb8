package ferrite.runtime.shell;

import java.util.List;
import java.util.Locale;

/// `help`: these commands; Gogo's own are listed by `gogo:help`.
final class Help implements Command {
    private final List<Command> others;

    Help(List<Command> others) {
        this.others = others;
    }

    @Override
    public String name() {
        return "help";
    }

    @Override
    public String usage() {
        return "help [COMMAND]";
    }

    @Override
    public String summary() {
        return "this list";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        List<Command> shown = others.stream()
                .filter(command -> !command.summary().isEmpty())
                .filter(command -> arguments.isEmpty() || arguments.contains(command.name()))
                .toList();
        if (shown.isEmpty()) {
            throw new CommandException("no command " + arguments.getFirst() + "; \"help\" lists them");
        }
        shown.forEach(command ->
                streams.out().println(String.format(Locale.ROOT, "  %-58s %s", command.usage(), command.summary())));
        if (arguments.isEmpty()) {
            streams.out().println("  Paths are SCHEME:PATH, as in pci:summary; Tab completes them.");
            streams.out().println("  OSGi and the shell's own commands: gogo:help. The end: exit, or Ctrl-D.");
        }
    }
}
