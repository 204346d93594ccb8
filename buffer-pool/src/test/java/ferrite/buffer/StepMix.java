package ferrite.buffer;

import ferrite.spi.buffer.BufferSlice;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/// Steps of the standard mix (64 B … 64 KiB log-uniform, alignments 1 … 4096). Loaded by a [CountingLoader], so that
/// the pool under it counts.
final class StepMix implements ToLongFunction<Path> {
    private static final int OPERATIONS = 20_000;

    /// Not counted: classes and first tables are made.
    private static final int REHEARSAL = 20_000;

    private static final int SIZE_DOUBLINGS = 10;
    private static final int ALIGNMENTS = 13;

    private final boolean cached;
    private final int live;

    /// @param cached through a cache; else each slice from the pool
    StepMix(boolean cached, int live) {
        this.cached = cached;
        this.live = live;
    }

    /// Acquires the live slices, then replaces one after the other and counts.
    ///
    /// @param file for the memory: sparse, so that the mix costs address space alone
    /// @return the most steps of one acquire or release in the upper half, all steps in the lower
    @Override
    public long applyAsLong(Path file) {
        SharedBufferPool pool = new SharedBufferPool(
                "steps",
                new PoolParameters(0, 64 * Pools.MIB, 16_384 * Pools.MIB, false),
                RegionSource.mappedFile(new AddressSpace(), file));
        try {
            return cached ? handles(pool) : slices(pool);
        } finally {
            pool.closeForced();
        }
    }

    private long handles(SharedBufferPool pool) {
        PoolCache cache = new PoolView(pool, new ViewArena("steps")).cache();
        SplittableRandom random = new SplittableRandom(1);
        long[] handles = new long[live + 1];
        for (int i = 0; i < live; i++) {
            handles[i] = cache.acquireHandle(bytes(random), alignment(random));
        }
        Count count = new Count();
        for (int i = -REHEARSAL; i < OPERATIONS; i++) {
            if (i == 0) {
                count = new Count();
            }
            int victim = live == 0 ? 0 : random.nextInt(live);
            long bytes = bytes(random);
            long alignment = alignment(random);
            if (handles[victim] != 0) {
                count.begin();
                cache.release(handles[victim]);
                count.end();
            }
            count.begin();
            handles[victim] = cache.acquireHandle(bytes, alignment);
            count.end();
        }
        return count.result();
    }

    private long slices(SharedBufferPool pool) {
        PoolView view = new PoolView(pool, new ViewArena("steps"));
        SplittableRandom random = new SplittableRandom(1);
        BufferSlice[] slices = new BufferSlice[live + 1];
        for (int i = 0; i < live; i++) {
            slices[i] = view.acquire(bytes(random), alignment(random));
        }
        Count count = new Count();
        for (int i = -REHEARSAL; i < OPERATIONS; i++) {
            if (i == 0) {
                count = new Count();
            }
            int victim = live == 0 ? 0 : random.nextInt(live);
            long bytes = bytes(random);
            long alignment = alignment(random);
            if (slices[victim] != null) {
                count.begin();
                slices[victim].close();
                count.end();
            }
            count.begin();
            slices[victim] = view.acquire(bytes, alignment);
            count.end();
        }
        return count.result();
    }

    private static long bytes(SplittableRandom random) {
        return Math.round(64 * Math.pow(2, random.nextDouble() * SIZE_DOUBLINGS));
    }

    private static long alignment(SplittableRandom random) {
        return 1L << random.nextInt(ALIGNMENTS);
    }

    private static final class Count {
        private long before;
        private long most;
        private long all;

        void begin() {
            before = Steps.taken;
        }

        void end() {
            long steps = Steps.taken - before;
            most = Math.max(most, steps);
            all += steps;
        }

        long result() {
            return most << 32 | all;
        }
    }
}
