package ferrite.runtime.shell;

import java.util.List;

/// Checks of what was typed after a command's name.
final class Arguments {

    private Arguments() {}

    /// @return whether the one flag that the command knows was given
    static boolean flag(Command command, List<String> arguments, String flag) {
        if (!arguments.isEmpty() && !arguments.equals(List.of(flag))) {
            throw wrong(command, arguments);
        }
        return !arguments.isEmpty();
    }

    static void none(Command command, List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw wrong(command, arguments);
        }
    }

    static String one(Command command, List<String> arguments) {
        if (arguments.size() != 1 || arguments.getFirst().startsWith("-")) {
            throw wrong(command, arguments);
        }
        return arguments.getFirst();
    }

    static void atLeastOne(Command command, List<String> arguments) {
        if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
            throw wrong(command, arguments);
        }
    }

    static CommandException wrong(Command command, List<String> arguments) {
        String typed = arguments.isEmpty() ? "no arguments" : "\"" + String.join(" ", arguments) + "\"";
        return new CommandException(typed + " given; usage: " + command.usage());
    }
}
