package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import java.util.List;

/// `dd`: copies records between schemes and files of the host.
final class Dd implements Command {
    private final Kernel kernel;

    Dd(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "dd";
    }

    @Override
    public String usage() {
        return "dd if=PATH of=PATH [bs=N] [count=N] [skip=N] [seek=N]";
    }

    @Override
    public String summary() {
        return "copies records; PATH is SCHEME:PATH or file:PATH of the host, N may end in k, M or G";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        DdArguments parsed = DdArguments.parse(arguments);
        DdReport report;
        try (Session session = new Session(kernel, name());
                DdEnd source = DdEnd.source(session, parsed.input());
                DdEnd target = DdEnd.target(session, parsed.output(), parsed.outputOffset());
                DdCopy copy = new DdCopy(parsed, source, target, session)) {
            report = copy.run();
        }
        report.finish(streams.err());
    }
}
