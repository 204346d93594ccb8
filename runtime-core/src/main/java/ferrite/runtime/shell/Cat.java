package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import java.util.List;

/// `cat`: the bytes of files.
final class Cat implements Command {
    private final Kernel kernel;

    Cat(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "cat";
    }

    @Override
    public String usage() {
        return "cat PATH...";
    }

    @Override
    public String summary() {
        return "the content of files";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        Arguments.atLeastOne(this, arguments);
        try (Session session = new Session(kernel, name())) {
            for (String path : arguments) {
                session.copy(path, streams.out(), Long.MAX_VALUE);
            }
        }
    }
}
