package ferrite.buffer;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What a pool must do, written down without any thought of speed: a list of taken ranges per region.
final class NaivePool {
    /// @param start in the pool, bytes
    /// @param base address of the first byte
    record Range(long start, long base, long length) {}

    private final List<Region> regions;
    private final TreeMap<Long, Long> takenEnds = new TreeMap<>();
    private long bytesInUse;

    NaivePool(List<Region> regions) {
        this.regions = regions;
    }

    static long rounded(long bytes) {
        return (bytes + 63) / 64 * 64;
    }

    private Range regionOf(long offset) {
        long start = 0;
        for (Region region : regions) {
            if (offset < start + region.length()) {
                return new Range(start, region.base(), region.length());
            }
            start += region.length();
        }
        throw new AssertionError("offset " + offset + " is in no region");
    }

    void take(long offset, long address, long bytes, long alignment) {
        Range region = regionOf(offset);
        long end = offset + rounded(bytes);
        check(end <= region.start() + region.length(), "spans regions", offset);
        check(address == region.base() + offset - region.start(), "wrong address", offset);
        check(address % alignment == 0, "misaligned", offset);
        check(isFree(offset, rounded(bytes)), "overlaps", offset);
        takenEnds.put(offset, end);
        bytesInUse += rounded(bytes);
    }

    private static void check(boolean holds, String what, long offset) {
        if (!holds) {
            throw new AssertionError("slice at " + offset + ": " + what);
        }
    }

    boolean isFree(long offset, long bytes) {
        Map.Entry<Long, Long> below = takenEnds.lowerEntry(offset + bytes);
        return below == null || below.getValue() <= offset;
    }

    void release(long offset) {
        bytesInUse -= Objects.requireNonNull(takenEnds.remove(offset)) - offset;
    }

    long bytesInUse() {
        return bytesInUse;
    }

    /// Whether some free range has room.
    boolean fits(long bytes, long alignment) {
        long start = 0;
        for (Region region : regions) {
            long skew = region.base() - start;
            long free = start;
            for (Map.Entry<Long, Long> taken :
                    takenEnds.subMap(start, start + region.length()).entrySet()) {
                if (holds(free + skew, taken.getKey() + skew, bytes, alignment)) {
                    return true;
                }
                free = taken.getValue();
            }
            start += region.length();
            if (holds(free + skew, start + skew, bytes, alignment)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(long from, long to, long bytes, long alignment) {
        long unit = Math.max(64, alignment);
        return (from + unit - 1) / unit * unit + rounded(bytes) <= to;
    }
}
