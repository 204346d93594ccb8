package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import ferrite.runtime.KernelSnapshot;
import ferrite.runtime.PoolSnapshot;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// `pools`: the memory of each context, what it is made of if that is not the usual, and who keeps it from being
/// reused. Fits into 100 columns, but for paths of files.
final class Pools implements Command {
    /// Holders that are shown, the oldest first.
    private static final int HOLDERS_MAX = 20;

    private static final int POOL_COLUMNS = 34;
    private static final int HOLDERS_POOL_COLUMNS = 24;
    private static final int HOLDER_COLUMNS = 49;

    private record Held(String pool, PoolSnapshot.Holding holding) {}

    private final Kernel kernel;

    Pools(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "pools";
    }

    @Override
    public String usage() {
        return "pools";
    }

    @Override
    public String summary() {
        return "buffer pools, what is taken, and who holds it for how long";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        Arguments.none(this, arguments);
        KernelSnapshot now = kernel.snapshot();
        List<PoolSnapshot> pools = now.pools();
        sums(pools, streams.out());
        List<Held> holders = pools.stream()
                .flatMap(pool -> pool.holdings().stream().map(each -> new Held(pool.context(), each)))
                .sorted(Comparator.comparingLong((Held each) -> each.holding().ageNanos())
                        .reversed())
                .toList();
        List<PoolSnapshot> special = pools.stream().filter(Pools::isSpecial).toList();
        if (!special.isEmpty()) {
            streams.out().println();
            memory(special, streams.out());
        }
        if (!holders.isEmpty()) {
            streams.out().println();
            holders(holders, streams.out());
        }
        if (!now.systemCalls().isEmpty()) {
            streams.out().println();
            now.systemCalls().forEach(streams.out()::println);
        }
    }

    private static void sums(List<PoolSnapshot> pools, PrintStream out) {
        Table table = new Table("POOL", "SIZE", "IN USE", "SLICES", "GUARDS", "KEPT", "CACHES");
        for (PoolSnapshot pool : pools) {
            table.row(
                    cut(pool.context(), POOL_COLUMNS),
                    bytes(pool.bytes()),
                    bytes(pool.bytesInUse()),
                    Integer.toString(pool.slices()),
                    Integer.toString(pool.holdings().size()),
                    bytes(pool.keptBytes()),
                    bytes(pool.cachedBytes()));
        }
        table.print(out);
    }

    /// Not on small pages of this process alone.
    private static boolean isSpecial(PoolSnapshot pool) {
        return pool.file().isPresent() || pool.pages().contains("huge");
    }

    /// A file's path is shown whole, however long: it is what another process needs.
    private static void memory(List<PoolSnapshot> pools, PrintStream out) {
        Table table = new Table("POOL", "PAGES", "FILE");
        for (PoolSnapshot pool : pools) {
            table.row(
                    cut(pool.context(), HOLDERS_POOL_COLUMNS),
                    pool.pages(),
                    pool.file().map(Path::toString).orElse("-"));
        }
        table.print(out);
    }

    private static void holders(List<Held> holders, PrintStream out) {
        Table table = new Table("HELD FOR", "BYTES", "POOL", "BY");
        for (Held each : holders.subList(0, Math.min(HOLDERS_MAX, holders.size()))) {
            table.row(
                    Ages.readable(each.holding().ageNanos()),
                    bytes(each.holding().bytes()),
                    cut(each.pool(), HOLDERS_POOL_COLUMNS),
                    cut(each.holding().holder(), HOLDER_COLUMNS));
        }
        table.print(out);
        if (holders.size() > HOLDERS_MAX) {
            out.println("… and " + (holders.size() - HOLDERS_MAX) + " more");
        }
    }

    private static String bytes(long count) {
        return Sizes.readable((double) count);
    }

    /// Without its middle if it is too long: who it is stands at the beginning, which request at the end.
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int head = most / 2;
        return text.substring(0, head) + '…' + text.substring(text.length() - (most - head - 1));
    }
}
