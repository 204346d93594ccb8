package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;

/// `_paths`: how a path may go on, one a line, for the Tab key.
final class Candidates implements Command {
    private final Kernel kernel;

    Candidates(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "_paths";
    }

    @Override
    public String usage() {
        return "_paths [BEGINNING]";
    }

    /// Not shown by `help`.
    @Override
    public String summary() {
        return "";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        String typed = arguments.isEmpty() ? "" : arguments.getFirst();
        try (Session session = new Session(kernel, name())) {
            candidates(session, typed).forEach(streams.out()::println);
        }
    }

    private static List<String> candidates(Session session, String typed) {
        int colon = typed.indexOf(':');
        if (colon < 0) {
            return session.schemes("").stream().map(name -> name + ':').toList();
        }
        int end = Math.max(colon, typed.lastIndexOf('/'));
        String directory = typed.substring(0, end + 1);
        List<String> paths = new ArrayList<>();
        try {
            // A directory is opened without its last slash.
            String opened = directory.endsWith("/") ? directory.substring(0, end) : directory;
            session.list(opened).forEach(name -> paths.add(directory + name));
        } catch (CommandException | SchemeException nothingThere) {
            return List.of();
        }
        return paths;
    }
}
