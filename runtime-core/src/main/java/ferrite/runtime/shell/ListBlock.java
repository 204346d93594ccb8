package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.util.List;

/// `lsblk`: every disk.
final class ListBlock implements Command {
    private final Kernel kernel;

    ListBlock(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "lsblk";
    }

    @Override
    public String usage() {
        return "lsblk";
    }

    @Override
    public String summary() {
        return "disks: path, bytes, block size, model";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        Arguments.none(this, arguments);
        try (Session session = new Session(kernel, name())) {
            Table table = new Table("PATH", "BYTES", "BLOCK", "MODEL");
            for (String scheme : session.schemes("disk.")) {
                String path = scheme + ":0";
                try (SchemeFile disk = session.open(path, OpenFlags.RDONLY)) {
                    Stat stat = session.stat(disk);
                    String model = model(session.text(scheme + ":info"));
                    table.row(path, Long.toString(stat.size()), Integer.toString(stat.blockSize()), model);
                }
            }
            table.print(streams.out());
        }
    }

    /// Vendor and model of the lines `key = value`.
    private static String model(String info) {
        return (value(info, "vendor") + ' ' + value(info, "model")).strip();
    }

    private static String value(String info, String key) {
        return info.lines()
                .filter(line -> line.startsWith(key + " ="))
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .findFirst()
                .orElse("");
    }
}
