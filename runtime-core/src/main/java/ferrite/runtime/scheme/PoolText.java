package ferrite.runtime.scheme;

import ferrite.buffer.FileRange;
import ferrite.buffer.GuardReport;
import ferrite.buffer.PoolCache;
import ferrite.buffer.PoolStatistics;
import ferrite.buffer.Region;
import ferrite.buffer.SharedBufferPool;
import ferrite.runtime.context.KernelContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A context's memory as text: what is taken, and who keeps it from being reused.
public final class PoolText {
    /// Holders that are listed, the oldest first; of more, the text says how many.
    private static final int HOLDERS_MAX = 20;

    private PoolText() {}

    /// Lent to the caches of a pool, in use or not.
    public static long cachedBytes(SharedBufferPool pool) {
        return pool.caches().stream()
                .map(PoolCache::statistics)
                .mapToLong(each -> each.heldBytes())
                .sum();
    }

    /// What the regions of a pool stand on, each kind once, the smallest first.
    public static String pages(SharedBufferPool pool) {
        String kinds = pool.regions().stream()
                .map(Region::pages)
                .distinct()
                .sorted()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+"));
        return kinds.isEmpty() ? "none" : kinds;
    }

    /// The file that a pool's memory is in.
    public static Optional<Path> file(SharedBufferPool pool) {
        return pool.regions().stream()
                .flatMap(region -> region.file().stream())
                .map(FileRange::file)
                .findFirst();
    }

    /// A line for the pool; below it what is kept and cached, and by whom, if there is any.
    public static String describe(KernelContext context) {
        SharedBufferPool pool = context.pool();
        PoolStatistics statistics = pool.statistics();
        long kept = pool.guardedBytes();
        long cached = cachedBytes(pool);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-36s %10d bytes, %10d in use, %5d slices, %3d guarded",
                context.label(),
                statistics.capacity(),
                statistics.bytesInUse(),
                statistics.liveSlices(),
                statistics.guardedSlices()));
        file(pool).ifPresent(file -> text.append("\n  in ").append(file));
        if (kept > 0 || cached > 0) {
            text.append(String.format(Locale.ROOT, "\n  %d bytes closed and kept, %d bytes in caches", kept, cached));
        }
        guards(context).lines().forEach(line -> text.append("\n  ").append(line));
        return text.toString();
    }

    /// Each hold, one a line: age, bytes, address, holder.
    static String guards(KernelContext context) {
        List<GuardReport> all = context.pool().guards();
        String oldest = all.stream()
                .limit(HOLDERS_MAX)
                .map(each -> String.format(
                        Locale.ROOT,
                        "%10d µs %10d bytes at 0x%x: %s",
                        each.ageNanos() / 1_000,
                        each.length(),
                        each.address(),
                        each.holder()))
                .collect(Collectors.joining("\n"));
        return all.size() <= HOLDERS_MAX ? oldest : oldest + "\n… and " + (all.size() - HOLDERS_MAX) + " more";
    }

    /// The sums, a `key value` a line.
    static String sums(KernelContext context) {
        SharedBufferPool pool = context.pool();
        PoolStatistics statistics = pool.statistics();
        return String.join(
                "\n",
                "capacity_bytes " + statistics.capacity(),
                "limit_bytes " + context.grant().memoryBytes(),
                "in_use_bytes " + statistics.bytesInUse(),
                "live_slices " + statistics.liveSlices(),
                "guarded_slices " + statistics.guardedSlices(),
                "guarded_bytes " + pool.guardedBytes(),
                "guards " + statistics.guards(),
                "cached_bytes " + cachedBytes(pool),
                "pages " + pages(pool),
                "file " + file(pool).map(Path::toString).orElse("none"));
    }
}
