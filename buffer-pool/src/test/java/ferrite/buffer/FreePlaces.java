package ferrite.buffer;

import ferrite.spi.buffer.DmaConstraints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/// Where a pool must have room, said by a model that knows all regions and all that is taken: the other side of a
/// refusal. Made anew for each question, without any thought of speed.
final class FreePlaces {
    private static final long GRANULE = 64;

    private record Range(long from, long to) {}

    private final List<Range> free = new ArrayList<>();

    /// @param taken ends by first address; may overlap
    FreePlaces(Collection<Region> regions, NavigableMap<Long, Long> taken) {
        for (Region region : regions) {
            long from = region.base();
            long end = region.base() + region.length();
            for (Map.Entry<Long, Long> one : taken.subMap(from, end).entrySet()) {
                add(from, one.getKey());
                from = Math.max(from, roundedUp(one.getValue(), GRANULE));
            }
            add(from, end);
        }
    }

    private void add(long from, long to) {
        if (from < to) {
            free.add(new Range(from, to));
        }
    }

    private static long roundedUp(long bytes, long unit) {
        return (bytes + unit - 1) / unit * unit;
    }

    /// Whether the pool must grant this. Its last search is bounded: it may miss a place behind so many free ranges
    /// that are about as long as the wish and still do not fit ([FreeSpace#CANDIDATES_AT_LAST_MAX]).
    boolean mustFit(long bytes, long alignment) {
        int inTheWay = 0;
        boolean fits = false;
        int least = SizeClasses.classOf((int) (roundedUp(bytes, GRANULE) / GRANULE));
        for (Range range : free) {
            if (roundedUp(range.from, Math.max(GRANULE, alignment)) + roundedUp(bytes, GRANULE) <= range.to) {
                fits = true;
            } else if (SizeClasses.classOf((int) ((range.to - range.from) / GRANULE)) >= least) {
                inTheWay++;
            }
        }
        return fits && inTheWay < FreeSpace.CANDIDATES_AT_LAST_MAX;
    }

    /// Whether all of it is free.
    boolean isFree(long from, long to) {
        return free.stream().anyMatch(range -> range.from <= from && to <= range.to);
    }

    /// The alignment that a pool may ask for to keep a boundary: the next power of two, counted up.
    static long alignment(long bytes, long alignment, DmaConstraints constraints) {
        long least = alignment;
        while (constraints.boundary() > 0 && least < bytes) {
            least *= 2;
        }
        return least;
    }

    /// Cells of a chunk that surely are free: what lies between two taken ranges, but for what two slabs may take
    /// around them.
    static long cellsSurelyFree(long gapBytes) {
        int slabCellsMost = 8;
        return gapBytes / ChunkRuns.CELL_BYTES - 2L * slabCellsMost;
    }
}
