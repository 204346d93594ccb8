package ferrite.runtime.shell;

import java.io.PrintStream;
import java.util.List;

/// One command of the shell. The same object may run in several sessions at once.
interface Command {
    /// Its name, as typed.
    String name();

    /// How it is called: `dd if=PATH of=PATH [bs=BYTES]`.
    String usage();

    /// What it does, in a few words.
    String summary();

    /// Runs it.
    ///
    /// @param arguments what was typed after the name
    /// @throws CommandException for what the user can mend
    /// @throws ferrite.spi.error.SchemeException as a scheme answers
    void run(List<String> arguments, Streams streams);

    /// Where a command writes.
    ///
    /// @param out results, for people and pipes
    /// @param err what is no result
    record Streams(PrintStream out, PrintStream err) {}
}
