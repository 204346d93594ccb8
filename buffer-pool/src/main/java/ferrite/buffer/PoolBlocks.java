package ferrite.buffer;

import static ferrite.buffer.BlockTable.NONE;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The blocks of one pool, and the regions they lie in: takes and frees ranges, grows and shrinks. Under the pool's lock.
final class PoolBlocks {
    private final PoolParameters parameters;
    private final FreeSpace space = new FreeSpace();
    private final PoolRegions regions;
    private final WriteWatch watch;

    /// @param lowSource see [SharedBufferPool]
    PoolBlocks(PoolParameters parameters, RegionSource source, @Nullable RegionSource lowSource, WriteWatch watch) {
        this.parameters = parameters;
        this.watch = watch;
        this.regions = new PoolRegions(parameters, source, lowSource, space, watch);
    }

    /// @return the block, or [BlockTable#NONE]: ENOMEM, or EADDRINUSE for a fixed place
    int take(long bytes, long alignment, AllocationStrategy strategy) {
        if (bytes > parameters.limitBytes()) {
            return refuse(strategy, bytes);
        }
        Wanted wanted = Wanted.of(bytes, alignment);
        return switch (strategy) {
            case AllocationStrategy.Best _ -> takeBest(wanted);
            case AllocationStrategy.Greedy _ -> handedOut(takeOrGrow(greedyOrBest(wanted), wanted));
            case AllocationStrategy.Fixed(long offset) -> handedOut(space.takeFixed(offset, wanted));
        };
    }

    /// [#take] from the regions for devices with 32 address bits.
    int takeLow(long bytes, long alignment) {
        return bytes > parameters.limitBytes() ? NONE : takeBest(regions.low(Wanted.of(bytes, alignment)));
    }

    int takeBest(Wanted wanted) {
        return handedOut(takeOrGrow(space.best(wanted), wanted));
    }

    private int refuse(AllocationStrategy strategy, long bytes) {
        if (strategy instanceof AllocationStrategy.Fixed) {
            throw new SchemeException(Errno.EINVAL, bytes + " bytes > limit " + parameters.limitBytes());
        }
        return NONE;
    }

    private int greedyOrBest(Wanted wanted) {
        int block = space.greedy(wanted);
        return block != NONE ? block : space.best(wanted);
    }

    /// Grows before it searches long: the long search is made only where the answer else is ENOMEM.
    private int takeOrGrow(int found, Wanted wanted) {
        int block = found;
        if (block == NONE) {
            block = regions.grow(wanted);
        }
        if (block == NONE) {
            block = space.any(wanted);
        }
        return block == NONE ? NONE : space.take(block, wanted);
    }

    private int handedOut(int block) {
        if (block == NONE) {
            return NONE;
        }
        PoolRegion region = region(block);
        region.taken++;
        try {
            watch.taken(region, start(block), bytes(block));
        } catch (SchemeException unreachable) {
            space.release(block);
            region.taken--;
            throw unreachable;
        }
        return block;
    }

    /// Makes a taken block shorter, or longer by what is free behind it. In debug mode the caller follows with
    /// [#resized].
    ///
    /// @return false, and nothing changes, if there is no room
    boolean resize(int block, long bytes) {
        return bytes <= parameters.limitBytes()
                && space.resize(block, Wanted.of(bytes, 1).granules());
    }

    /// Debug mode: looks at the bytes that a block has gained, poisons those that it has lost.
    ///
    /// @param before its size before, bytes
    /// @throws SchemeException EIO if the bytes cannot be reached
    void resized(int block, long before) {
        long after = bytes(block);
        if (after > before) {
            watch.taken(region(block), start(block) + before, after - before);
        } else if (after < before) {
            watch.released(region(block), start(block) + after, before - after);
        }
    }

    /// Debug mode: before [#free].
    ///
    /// @throws SchemeException EIO if the bytes cannot be reached; the block can be freed all the same
    void poison(int block) {
        watch.released(region(block), start(block), bytes(block));
    }

    /// @param closed whether the pool is: then no empty region is kept
    /// @return a region that nobody needs any more, to be closed without the lock
    @Nullable
    Region free(int block, boolean closed) {
        PoolRegion region = region(block);
        space.release(block);
        region.taken--;
        return closed ? regions.dropIfUnused(region) : regions.dropIfTooMany(region);
    }

    /// Regions in which nothing is taken, to be closed without the lock.
    List<Region> dropUnused() {
        return regions.dropUnused();
    }

    /// All there are, in the order of their places.
    List<Region> regions() {
        return regions.all();
    }

    /// The block that begins there, or [BlockTable#NONE].
    ///
    /// @throws SchemeException EINVAL if no region has that place
    int startingAt(long offset) {
        return space.startingAt(offset);
    }

    PoolRegion region(int block) {
        return space.region(block);
    }

    /// First byte in the region.
    long start(int block) {
        return space.start(block);
    }

    long bytes(int block) {
        return space.bytes(block);
    }

    long address(int block) {
        return region(block).memory().base() + start(block);
    }

    long bytesInUse() {
        return space.bytesInUse();
    }

    long capacity() {
        return regions.bytes();
    }
}
