package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import java.util.List;

/// `lsusb`: what hangs behind every USB controller.
final class ListUsb implements Command {
    private final Kernel kernel;

    ListUsb(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "lsusb";
    }

    @Override
    public String usage() {
        return "lsusb [-t]";
    }

    @Override
    public String summary() {
        return "USB devices; -t as a tree";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        boolean tree = Arguments.flag(this, arguments, "-t");
        try (Session session = new Session(kernel, name())) {
            for (String scheme : session.schemes("usb.")) {
                session.copy(scheme + (tree ? ":tree" : ":summary"), streams.out(), Long.MAX_VALUE);
            }
        }
    }
}
