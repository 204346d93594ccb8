package ferrite.buffer;

import static ferrite.buffer.BlockTable.NONE;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The regions of one pool: grows up to the limit, and gives empty regions back.
///
/// In the pool, a new region stands behind the last that ever was; a place is not used again. Under the pool's lock.
final class PoolRegions {
    private static final System.Logger LOG = System.getLogger(PoolRegions.class.getName());

    private final PoolParameters parameters;
    private final RegionSource source;
    private final @Nullable RegionSource lowSource;
    private final FreeSpace space;
    private final WriteWatch watch;
    private final List<PoolRegion> regions = new ArrayList<>();
    private long poolEnd;
    private long bytes;

    /// @param lowSource of regions below 4 GiB; null: the usual ones serve
    PoolRegions(
            PoolParameters parameters,
            RegionSource source,
            @Nullable RegionSource lowSource,
            FreeSpace space,
            WriteWatch watch) {
        this.parameters = parameters;
        this.source = source;
        this.lowSource = lowSource;
        this.space = space;
        this.watch = watch;
        if (parameters.initialBytes() > 0) {
            add(parameters.initialBytes(), AddressSpace.BASE_ALIGNMENT_BYTES, Wanted.USUAL);
        }
    }

    /// Where a request for memory below 4 GiB looks.
    Wanted low(Wanted wanted) {
        return lowSource == null ? wanted : wanted.low();
    }

    /// In all regions.
    long bytes() {
        return bytes;
    }

    /// Adds a region in which the request fits.
    ///
    /// @return its free block, or NONE if the limit or the source forbids
    int grow(Wanted wanted) {
        long room = parameters.limitBytes() - bytes;
        long least = wanted.regionBytes();
        if (least > room) {
            return NONE;
        }
        try {
            return add(
                    Math.min(room, Math.max(least, parameters.regionBytes())), wanted.regionAlignment(), wanted.zone());
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.ENOMEM) {
                throw refused;
            }
            LOG.log(Level.WARNING, "pool {0} does not grow: {1}", watch.pool(), refused.getMessage());
            return NONE;
        }
    }

    private int add(long length, long alignment, int zone) {
        Region memory = (zone == Wanted.LOW && lowSource != null ? lowSource : source).create(length, alignment);
        PoolRegion region = new PoolRegion(memory, poolEnd, zone);
        try {
            requireAsAsked(memory, length, alignment);
            watch.released(region, 0, length);
        } catch (IllegalStateException | SchemeException unfit) {
            memory.close();
            throw unfit;
        }
        regions.add(region);
        poolEnd += length;
        bytes += length;
        return space.add(region);
    }

    private static void requireAsAsked(Region memory, long length, long alignment) {
        if (memory.length() != length || memory.base() % alignment != 0) {
            throw new IllegalStateException(
                    "asked for a region of " + length + " bytes at a multiple of " + alignment + ", got " + memory);
        }
    }

    /// Those there are, in the order of their places.
    List<Region> all() {
        return regions.stream().map(PoolRegion::memory).toList();
    }

    /// @return the memory to close, if nobody has a slice in it
    @Nullable
    Region dropIfUnused(PoolRegion region) {
        if (region.taken > 0 || !regions.remove(region)) {
            return null;
        }
        watch.dropped(region);
        space.remove(region);
        bytes -= region.memory().length();
        return region.memory();
    }

    /// [#dropIfUnused] if the pool may not keep so many bytes in empty regions.
    @Nullable
    Region dropIfTooMany(PoolRegion region) {
        if (region.taken > 0 || parameters.emptyBytesKept() >= bytes) {
            return null;
        }
        long empty = 0;
        for (PoolRegion each : regions) {
            empty += each.taken == 0 ? each.memory().length() : 0;
        }
        return empty > parameters.emptyBytesKept() ? dropIfUnused(region) : null;
    }

    /// [#dropIfUnused] for each.
    List<Region> dropUnused() {
        List<Region> dropped = new ArrayList<>();
        for (PoolRegion region : List.copyOf(regions)) {
            Region unused = dropIfUnused(region);
            if (unused != null) {
                dropped.add(unused);
            }
        }
        return dropped;
    }
}
