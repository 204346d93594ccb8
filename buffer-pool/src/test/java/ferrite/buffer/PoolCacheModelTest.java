package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Two caches and a view of one pool against a list of taken ranges: no overlap, no loss, nothing handed out while
/// somebody holds it, all bytes back. `-DSEED=…` replays a run, `-Doperations=…` makes it another length; in the
/// environment `SEED` and `OPERATIONS`.
final class PoolCacheModelTest {
    private static final long OPERATIONS = Long.parseLong(setting("operations", "OPERATIONS", "10000000"));
    private static final int LIVE_MOST = 3000;
    private static final int SLICES_MOST = 4000;
    private static final int CLOSED_MOST = 500;

    /// Something that was acquired: by handle, or as a slice.
    private static final class Taken implements Holder {
        final long address;
        final long bytes;
        final byte mark;
        int cache = -1;
        long handle;

        @Nullable
        BufferSlice slice;

        int retained;

        Taken(long address, long bytes, byte mark) {
            this.address = address;
            this.bytes = bytes;
            this.mark = mark;
        }

        @Override
        public String holder() {
            return "model";
        }

        @Override
        public long heldSinceNanos() {
            return 0;
        }
    }

    private final Pools.Recording source = new Pools.Recording();
    private final SharedBufferPool pool = new SharedBufferPool(
            "model", new PoolParameters(0, Pools.MIB, 48 * Pools.MIB, false, 4 * Pools.MIB), source);
    private final PoolView view = new PoolView(pool, new ViewArena("model"));
    private final PoolCache[] caches = {view.cache(), view.cache()};
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private final TreeMap<Long, Region> regions = new TreeMap<>();
    private final List<Taken> live = new ArrayList<>();
    private final List<Taken> closed = new ArrayList<>();
    private int regionsSeen;
    private long refused;
    private SplittableRandom random = new SplittableRandom();

    private static String setting(String property, String variable, String otherwise) {
        return System.getProperty(property, System.getenv().getOrDefault(variable, otherwise));
    }

    @Test
    void behavesLikeAListOfRanges() {
        long seed = Long.parseLong(setting("SEED", "SEED", Long.toString(System.nanoTime())));
        random = new SplittableRandom(seed);
        long step = 0;
        try {
            for (; step < OPERATIONS; step++) {
                step(step);
            }
            giveAllBack();
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("SEED=" + seed + ", step " + step, failure);
        }
        System.getLogger("ferrite.test")
                .log(System.Logger.Level.INFO, "SEED={0}, {1} refused", seed + "", refused + "");
    }

    private void step(long step) {
        int choice = random.nextInt(64);
        // The wish to grow and to shrink alternates, so that regions come and go.
        boolean growing = (step / 40_000 & 1) == 0;
        if (choice < (growing ? 30 : 18) && live.size() < LIVE_MOST) {
            acquireHandle();
        } else if (choice < 34 && live.size() < SLICES_MOST) {
            acquireSlice();
        } else if (choice == 35) {
            turnIntoSlice();
        } else if (choice > 35 && choice < 38) {
            resize();
        } else if (choice > 39 && choice < 42) {
            retain();
        } else if (choice > 41 && choice < 46) {
            releaseRetained();
        } else if (choice == 46 && random.nextInt(200) == 0) {
            caches[random.nextInt(2)].flush();
        } else {
            close();
        }
    }

    private long bytes() {
        return random.nextInt(300) == 0
                ? 1 + random.nextLong(Pools.MIB)
                : (long) Math.pow(2, random.nextDouble() * 16.01);
    }

    private long alignment() {
        return 1L << (random.nextInt(200) == 0 ? random.nextInt(22) : random.nextInt(13));
    }

    private void acquireHandle() {
        int cache = random.nextInt(2);
        long bytes = bytes();
        long alignment = alignment();
        long handle = caches[cache].tryAcquireHandle(bytes, alignment);
        if (handle == 0) {
            refused++;
            return;
        }
        Taken taken = take(caches[cache].address(handle), bytes, alignment);
        taken.cache = cache;
        taken.handle = handle;
        check(caches[cache].length(handle) == bytes, "length", taken);
        mark(taken);
    }

    private void acquireSlice() {
        long bytes = bytes();
        long alignment = alignment();
        AllocationStrategy strategy = random.nextBoolean() ? AllocationStrategy.BEST : AllocationStrategy.GREEDY;
        BufferSlice slice = view.tryAcquire(bytes, alignment, strategy).orElse(null);
        if (slice == null) {
            refused++;
            return;
        }
        Taken taken = take(slice.address(), bytes, alignment);
        taken.slice = slice;
        mark(taken);
    }

    private Taken take(long address, long bytes, long alignment) {
        Taken taken = new Taken(address, bytes, (byte) random.nextInt());
        enter(taken);
        check(address % alignment == 0, "misaligned", taken);
        live.add(taken);
        return taken;
    }

    private void enter(Taken taken) {
        for (; regionsSeen < source.made.size(); regionsSeen++) {
            Region region = source.made.get(regionsSeen);
            regions.put(region.base(), region);
        }
        Map.Entry<Long, Region> region = regions.floorEntry(taken.address);
        check(region != null, "outside", taken);
        Region in = region.getValue();
        check(taken.address + taken.bytes <= in.base() + in.length(), "spans regions", taken);
        check(in.memory().scope().isAlive(), "in a region that is gone", taken);
        Map.Entry<Long, Long> below = ends.lowerEntry(taken.address + taken.bytes);
        check(below == null || below.getValue() <= taken.address, "overlaps", taken);
        ends.put(taken.address, taken.address + taken.bytes);
    }

    private static void check(boolean holds, String what, Taken taken) {
        if (!holds) {
            throw new AssertionError(taken.bytes + " bytes at 0x" + Long.toHexString(taken.address) + ": " + what);
        }
    }

    private MemorySegment segment(Taken taken) {
        BufferSlice slice = taken.slice;
        return slice != null ? slice.segment() : caches[taken.cache].segment(taken.handle);
    }

    private void mark(Taken taken) {
        MemorySegment segment = segment(taken);
        segment.set(ValueLayout.JAVA_BYTE, 0, taken.mark);
        segment.set(ValueLayout.JAVA_BYTE, taken.bytes - 1, taken.mark);
    }

    private void checkMark(Taken taken) {
        MemorySegment segment = segment(taken);
        check(segment.get(ValueLayout.JAVA_BYTE, 0) == taken.mark, "written by somebody else", taken);
        check(segment.get(ValueLayout.JAVA_BYTE, taken.bytes - 1) == taken.mark, "written by somebody else", taken);
    }

    private @Nullable Taken any() {
        return live.isEmpty() ? null : live.get(random.nextInt(live.size()));
    }

    private void turnIntoSlice() {
        Taken taken = any();
        if (taken != null && taken.slice == null) {
            PoolCache cache = caches[taken.cache];
            BufferSlice slice = cache.slice(taken.handle);
            check(slice.address() == taken.address && slice.length() == taken.bytes, "another slice", taken);
            check(!cache.isLive(taken.handle), "two owners", taken);
            taken.slice = slice;
        }
    }

    private void resize() {
        if (live.isEmpty()) {
            return;
        }
        int index = random.nextInt(live.size());
        Taken before = live.get(index);
        if (before.retained > 0) {
            return;
        }
        long bytes = Math.max(1, (long) (before.bytes * random.nextDouble(0.2, 1.8)));
        Taken after = new Taken(before.address, bytes, before.mark);
        after.cache = before.cache;
        checkMark(before);
        BufferSlice slice = before.slice;
        if (slice != null) {
            BufferSlice resized = view.resize(slice, bytes).orElse(null);
            if (resized == null) {
                return;
            }
            after.slice = resized;
        } else {
            long handle = caches[before.cache].resize(before.handle, bytes);
            if (handle == 0) {
                return;
            }
            after.handle = handle;
        }
        ends.remove(before.address);
        enter(after);
        live.set(index, after);
        mark(after);
    }

    private void retain() {
        Taken taken = any();
        if (taken != null && taken.slice != null) {
            Slices.retain(taken.slice, taken);
            taken.retained++;
        }
    }

    private void releaseRetained() {
        boolean ofClosed = closed.size() > CLOSED_MOST || random.nextBoolean();
        List<Taken> from = ofClosed ? closed : live;
        if (from.isEmpty()) {
            return;
        }
        int index = random.nextInt(from.size());
        Taken taken = from.get(index);
        BufferSlice slice = taken.slice;
        if (slice == null || taken.retained == 0) {
            return;
        }
        Slices.release(slice, taken);
        taken.retained--;
        if (ofClosed && taken.retained == 0) {
            ends.remove(taken.address);
            removeUnordered(closed, index);
        }
    }

    private void close() {
        if (live.isEmpty()) {
            return;
        }
        int index = random.nextInt(live.size());
        Taken taken = live.get(index);
        removeUnordered(live, index);
        checkMark(taken);
        BufferSlice slice = taken.slice;
        if (slice == null) {
            releaseHandle(taken);
        } else {
            slice.close();
        }
        if (taken.retained > 0) {
            closed.add(taken);
        } else {
            ends.remove(taken.address);
        }
    }

    private void releaseHandle(Taken taken) {
        PoolCache cache = caches[taken.cache];
        if (random.nextInt(500) == 0) {
            Thread other = new Thread(() -> cache.release(taken.handle));
            other.start();
            try {
                other.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        } else {
            cache.release(taken.handle);
        }
        if (random.nextInt(64) == 0) {
            Expect.errno(Errno.EALREADY, () -> cache.release(taken.handle));
        }
    }

    private static <T> void removeUnordered(List<T> list, int index) {
        T last = list.removeLast();
        if (index < list.size()) {
            list.set(index, last);
        }
    }

    private void giveAllBack() {
        while (!live.isEmpty()) {
            close();
        }
        for (Taken taken : closed) {
            BufferSlice slice = taken.slice;
            for (int i = 0; slice != null && i < taken.retained; i++) {
                Slices.release(slice, taken);
            }
        }
        for (PoolCache cache : caches) {
            cache.flush();
            assertThat(cache.statistics().heldBytes()).isZero();
            assertThat(cache.statistics().requestedBytes()).isZero();
            assertThat(cache.statistics().handles()).isZero();
        }
        assertThat(pool.statistics().bytesInUse()).isZero();
        assertThat(pool.guards()).isEmpty();
        long capacity = view.capacity();
        assertThat(pool.shrink()).isEqualTo(capacity);
        pool.close();
        try {
            caches[0].acquireHandle(1, 1);
            throw new AssertionError("a cache of a closed pool gave something");
        } catch (SchemeException refusal) {
            assertThat(refusal.errno()).isEqualTo(Errno.ESHUTDOWN);
        }
    }
}
