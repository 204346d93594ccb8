package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.util.List;

/// `ls`: names in a directory; `ls :` and plain `ls` list the schemes.
final class ListFiles implements Command {
    private static final String ROOT = ":";

    private final Kernel kernel;

    ListFiles(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "ls";
    }

    @Override
    public String usage() {
        return "ls [PATH]";
    }

    @Override
    public String summary() {
        return "names in a directory; without a path, the schemes";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        String path = arguments.isEmpty() ? ROOT : Arguments.one(this, arguments);
        try (Session session = new Session(kernel, name())) {
            if (path.equals(ROOT)) {
                session.schemes("").forEach(scheme -> streams.out().println(scheme + ':'));
            } else if (isDirectory(session, path)) {
                session.list(path).forEach(streams.out()::println);
            } else {
                streams.out().println(path);
            }
        }
    }

    private static boolean isDirectory(Session session, String path) {
        try (SchemeFile file = session.open(path, OpenFlags.STAT)) {
            Stat stat = session.stat(file);
            return stat.isDirectory();
        }
    }
}
