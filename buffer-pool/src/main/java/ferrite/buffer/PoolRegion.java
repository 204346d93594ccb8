package ferrite.buffer;

import java.lang.foreign.MemorySegment;

/// A region in a pool: where it begins in the pool, and where its blocks begin.
final class PoolRegion {
    private final Region memory;
    private final long poolStart;
    private final int zone;
    private final StartIndex starts;

    /// Blocks in it that are taken; under the pool's lock.
    int taken;

    /// @param poolStart place of the first byte in the pool, bytes
    /// @param zone [Wanted#USUAL] or [Wanted#LOW]
    PoolRegion(Region memory, long poolStart, int zone) {
        this.memory = memory;
        this.zone = zone;
        this.poolStart = poolStart;
        this.starts = new StartIndex(granules());
    }

    Region memory() {
        return memory;
    }

    long poolStart() {
        return poolStart;
    }

    int zone() {
        return zone;
    }

    StartIndex starts() {
        return starts;
    }

    int granules() {
        return Math.toIntExact(memory.length() / FreeSpace.GRANULE_BYTES);
    }

    /// The bytes, for debug mode.
    ///
    /// @param start first byte in the region
    MemorySegment bytes(long start, long bytes) {
        return memory.memory().asSlice(start, bytes);
    }

    /// Whether these bytes of the pool lie in this region.
    boolean contains(long offset, long bytes) {
        long from = offset - poolStart;
        return from >= 0 && bytes <= memory.length() && from <= memory.length() - bytes;
    }
}
