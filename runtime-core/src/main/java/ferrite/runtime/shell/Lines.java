package ferrite.runtime.shell;

import java.util.List;
import java.util.function.Supplier;

/// A command that prints lines that somebody else makes.
///
/// @param name of the command
/// @param summary in a few words
/// @param lines made at each call
record Lines(String name, String summary, Supplier<List<String>> lines) implements Command {
    @Override
    public String usage() {
        return name;
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        Arguments.none(this, arguments);
        lines.get().forEach(streams.out()::println);
    }
}
