package ferrite.benchmarks.pool;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.PoolCache;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolView;
import ferrite.buffer.RegionSource;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;

/// Ferrite's buffer pool as the benchmarks of pools use it: by handles, each thread through a cache of its own.
final class FerritePool implements Allocator {
    private static final long REGION_BYTES = 32L << 20;
    private static final long LIMIT_BYTES = 32L << 30;

    private final ViewArena view = new ViewArena("benchmark");
    private final SharedBufferPool pool = new SharedBufferPool(
            "benchmark",
            new PoolParameters(0, REGION_BYTES, LIMIT_BYTES, false),
            RegionSource.heapless(new AddressSpace()));

    @Override
    public Slots slots(int count) {
        PoolCache cache = new PoolView(pool, view).cache();
        long[] handles = new long[count];
        long[] addresses = new long[count];
        return new Slots() {
            @Override
            public void acquire(int slot, int bytes, int alignmentShift) {
                long handle = cache.acquireHandle(bytes, 1L << alignmentShift);
                handles[slot] = handle;
                addresses[slot] = cache.address(handle);
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

    @Override
    public void close() {
        pool.closeForced();
        view.close();
    }
}
