package ferrite.benchmarks.pool;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.PoolCache;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolView;
import ferrite.buffer.RegionSource;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import org.jspecify.annotations.Nullable;

/// Ferrite's buffer pool as the benchmarks of pools use it: by handles, each thread through a cache of its own.
final class FerritePool implements Allocator {
    private static final long REGION_BYTES = 32L << 20;
    private static final long LIMIT_BYTES = 32L << 30;

    private final ViewArena view = new ViewArena("benchmark");
    private final SharedBufferPool pool = new SharedBufferPool(
            "benchmark",
            new PoolParameters(0, REGION_BYTES, LIMIT_BYTES, false),
            RegionSource.heapless(new AddressSpace()));

    private @Nullable PoolCache last;

    @Override
    public Slots slots(int count) {
        PoolCache cache = new PoolView(pool, view).cache();
        last = cache;
        long[] handles = new long[count];
        return new Slots() {
            @Override
            public long acquire(int slot, int bytes, int alignmentShift) {
                handles[slot] = cache.acquireHandle(bytes, 1L << alignmentShift);
                return cache.acquiredAddress();
            }

            @Override
            public void release(int slot) {
                cache.release(handles[slot]);
            }
        };
    }

    @Override
    public long takenBytes() {
        return pool.statistics().bytesInUse();
    }

    @Override
    public long reservedBytes() {
        return pool.statistics().capacity();
    }

    /// Of the last cache.
    @Override
    public double wasteAtMost() {
        return last == null ? Double.NaN : last.statistics().fragmentation();
    }

    @Override
    public void close() {
        pool.closeForced();
        view.close();
    }
}
