package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import java.util.List;

/// `lspci`: what pcid found.
final class ListPci implements Command {
    private final Kernel kernel;

    ListPci(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "lspci";
    }

    @Override
    public String usage() {
        return "lspci [-v]";
    }

    @Override
    public String summary() {
        return "PCI functions; -v with BARs and capabilities";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        boolean details = Arguments.flag(this, arguments, "-v");
        try (Session session = new Session(kernel, name())) {
            session.copy(details ? "pci:details" : "pci:summary", streams.out(), Long.MAX_VALUE);
        }
    }
}
