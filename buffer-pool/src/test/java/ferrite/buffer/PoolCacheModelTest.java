package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Two caches and a view of one pool against a list of taken ranges: no overlap, no loss, nothing handed out while
/// somebody holds it, nothing refused for which there is room, all bytes back. `-DSEED=…` replays a run,
/// `-Doperations=…` makes it another length; in the environment `SEED` and `OPERATIONS`.
final class PoolCacheModelTest {
    private static final long OPERATIONS = Long.parseLong(setting("operations", "OPERATIONS", "10000000"));
    private static final int LIVE_MOST = 3000;
    private static final int SLICES_MOST = 4000;
    private static final int CLOSED_MOST = 500;
    private static final int PHASE_STEPS = 40_000;
    private static final long LIMIT = 32 * Pools.MIB;

    /// Of what is asked for at no certain place. The limit is reached at the height of each growth: 1.3 % are refused.
    private static final double REFUSED_MOST = 0.03;

    /// One refusal of so many is looked into.
    private static final int LOOK_EVERY = 20;

    /// Something that was acquired: by handle, or as a slice.
    private static final class Taken implements Holder {
        final long address;
        final long bytes;
        final byte mark;
        int cache = -1;

        /// In a chunk that the cache has; else a block of the pool.
        boolean inChunk;

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

    /// @param start of the region in the pool, bytes
    private record Known(Region region, long start) {
        boolean isThere() {
            return region.memory().scope().isAlive();
        }

        long end() {
            return region.base() + region.length();
        }
    }

    private final Pools.Recording source = new Pools.Recording();
    private final SharedBufferPool pool =
            new SharedBufferPool("model", new PoolParameters(0, Pools.MIB, LIMIT, false, 4 * Pools.MIB), source);
    private final PoolView view = new PoolView(pool, new ViewArena("model"));
    private final PoolCache[] caches = {view.cache(), view.cache()};
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private final TreeMap<Long, Known> regions = new TreeMap<>();
    private final List<Taken> live = new ArrayList<>();
    private final List<Taken> closed = new ArrayList<>();
    private int regionsSeen;
    private long poolEnd;
    private long asked;
    private long refused;
    private long lookedInto;
    private long fixedRefused;
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
            checkThatRefusalsWereFewAndSeen();
            fillUp();
            giveAllBack();
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("SEED=" + seed + ", step " + step, failure);
        }
        System.getLogger("ferrite.test")
                .log(
                        System.Logger.Level.INFO,
                        "SEED={0}, {1} of {2} refused, {3} looked into, {4} at a fixed place; {5} regions",
                        seed + "",
                        refused,
                        asked,
                        lookedInto,
                        fixedRefused,
                        source.made.size());
    }

    private void checkThatRefusalsWereFewAndSeen() {
        assertThat(refused).as("of %d", asked).isLessThan((long) (REFUSED_MOST * asked));
        assertThat(lookedInto).isGreaterThanOrEqualTo(OPERATIONS / 1_000_000);
        assertThat(source.made.size() * Pools.MIB)
                .as("bytes in regions that came and went")
                .isGreaterThan(OPERATIONS / (2 * PHASE_STEPS) * LIMIT / 4);
    }

    private void step(long step) {
        int choice = random.nextInt(64);
        // The wish to grow and to shrink alternates, so that regions come and go.
        boolean growing = (step / PHASE_STEPS & 1) == 0;
        if (choice < (growing ? 26 : 8) && live.size() < LIVE_MOST) {
            acquireHandle();
        } else if (choice < (growing ? 31 : 12) && live.size() < SLICES_MOST) {
            acquireSlice();
        } else if (choice == 31 && live.size() < SLICES_MOST) {
            acquireAtAPlace();
        } else if (choice == 32 && live.size() < SLICES_MOST) {
            acquireForADevice();
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
        asked++;
        if (handle == 0) {
            if (isToBeLookedInto()) {
                checkRefusalByACache(cache, bytes, alignment);
            }
            return;
        }
        take(cache, handle, bytes, alignment);
    }

    private void take(int cache, long handle, long bytes, long alignment) {
        Taken taken = new Taken(caches[cache].address(handle), bytes, (byte) random.nextInt());
        taken.cache = cache;
        taken.inChunk = Handles.kind(handle) != Handles.DIRECT;
        taken.handle = handle;
        take(taken, alignment);
        check(caches[cache].length(handle) == bytes, "length", taken);
        mark(taken);
    }

    private void acquireSlice() {
        long bytes = bytes();
        long alignment = alignment();
        AllocationStrategy strategy = random.nextBoolean() ? AllocationStrategy.BEST : AllocationStrategy.GREEDY;
        asked++;
        BufferSlice slice = view.tryAcquire(bytes, alignment, strategy).orElse(null);
        if (slice != null) {
            take(slice, bytes, alignment);
        } else if (isToBeLookedInto()) {
            checkRefusalByThePool(bytes, alignment, () -> view.tryAcquire(bytes, alignment, strategy));
        }
    }

    private void acquireForADevice() {
        long bytes = bytes();
        long alignment = alignment();
        DmaConstraints constraints = new DmaConstraints(false, 64L << random.nextInt(15));
        if (bytes > constraints.boundary()) {
            Expect.errno(Errno.EINVAL, () -> view.acquireDma(bytes, alignment, constraints));
            return;
        }
        asked++;
        BufferSlice slice = forADevice(bytes, alignment, constraints).orElse(null);
        if (slice != null) {
            long boundary = constraints.boundary();
            Taken taken = take(slice, bytes, alignment);
            check(
                    taken.address / boundary == (taken.address + bytes - 1) / boundary,
                    "crosses a multiple of " + boundary,
                    taken);
        } else if (isToBeLookedInto()) {
            checkRefusalByThePool(
                    bytes,
                    FreePlaces.alignment(bytes, alignment, constraints),
                    () -> forADevice(bytes, alignment, constraints));
        }
    }

    private Optional<BufferSlice> forADevice(long bytes, long alignment, DmaConstraints constraints) {
        try {
            return Optional.of(view.acquireDma(bytes, alignment, constraints));
        } catch (SchemeException refusal) {
            assertThat(refusal.errno()).isEqualTo(Errno.ENOMEM);
            return Optional.empty();
        }
    }

    /// Behind something that is taken, or anywhere: free, taken, in a cache's chunk, or across a region's end.
    private void acquireAtAPlace() {
        learnOfRegions();
        Taken before = any();
        if (before == null) {
            return;
        }
        Known in = regions.floorEntry(before.address).getValue();
        long offset = in.start
                + (random.nextBoolean()
                        ? (before.address + before.bytes + 63) / 64 * 64 - in.region.base()
                        : random.nextLong(in.region.length() / 64) * 64);
        long bytes = bytes();
        long address = offset - in.start + in.region.base();
        AllocationStrategy here = new AllocationStrategy.Fixed(offset);
        if (address == in.end()) {
            return; // that offset is another region's, if any
        }
        if ((address + bytes + 63) / 64 * 64 > in.end()) {
            Expect.errno(Errno.EINVAL, () -> view.tryAcquire(bytes, 1, here));
            return;
        }
        BufferSlice slice = view.tryAcquire(bytes, 1, here).orElse(null);
        if (slice != null) {
            check(slice.address() == address && slice.offset() == offset, "another place", take(slice, bytes, 1));
            return;
        }
        fixedRefused++;
        Map.Entry<Long, Long> below = ends.lowerEntry(address + bytes);
        boolean overlaps = below != null && below.getValue() > address;
        if (!overlaps && new FreePlaces(List.of(in.region), takenOfThePool()).isFree(address, address + bytes)) {
            flushBoth();
            view.acquire(bytes, 1, here).close(); // a cache kept an empty chunk there
        }
    }

    /// To the last place, of every size that a cache has, so that small wishes are refused too.
    private void fillUp() {
        for (long bytes = ChunkRuns.CHUNK_BYTES / 2; bytes >= 512; bytes /= 2) {
            for (int cache = 0; cache < caches.length; cache++) {
                boolean more = true;
                while (more) {
                    long handle = caches[cache].tryAcquireHandle(bytes, 1);
                    more = handle != 0;
                    if (more) {
                        take(cache, handle, bytes, 1);
                    }
                }
                checkRefusalByACache(cache, bytes, 1);
            }
        }
    }

    private boolean isToBeLookedInto() {
        return ++refused % LOOK_EVERY == 0;
    }

    /// @return whether the caches kept something
    private boolean flushBoth() {
        long before = view.bytesInUse();
        for (PoolCache cache : caches) {
            cache.flush();
        }
        return view.bytesInUse() < before;
    }

    private void checkRefusalByThePool(long bytes, long alignment, Supplier<Optional<BufferSlice>> again) {
        boolean kept = flushBoth();
        Optional<BufferSlice> slice = again.get();
        if (slice.isPresent()) {
            slice.get().close();
            checkRefusal(kept, bytes, alignment, "granted at the second time, although no cache kept anything");
        } else {
            checkThatThePoolHasNoRoom(bytes, alignment);
        }
    }

    private void checkRefusalByACache(int number, long bytes, long alignment) {
        flushBoth();
        PoolCache cache = caches[number];
        long handle = cache.tryAcquireHandle(bytes, alignment);
        if (handle != 0) {
            cache.release(handle);
            return;
        }
        checkThatThePoolHasNoRoom(bytes, alignment);
        if (Math.max(bytes, alignment) <= ChunkRuns.CHUNK_BYTES / 2) {
            long slabCellsMost = 8;
            long cells = bytes <= SlabClasses.BYTES_MAX ? slabCellsMost : bytes / ChunkRuns.CELL_BYTES + 1;
            long wanted = cells + alignment / ChunkRuns.CELL_BYTES;
            checkRefusal(
                    FreePlaces.cellsSurelyFree(longestGap(number)) < wanted,
                    bytes,
                    alignment,
                    "cache " + number + " has a chunk with room");
        }
    }

    private void checkThatThePoolHasNoRoom(long bytes, long alignment) {
        lookedInto++;
        learnOfRegions();
        List<Region> there = regions.values().stream()
                .filter(Known::isThere)
                .map(Known::region)
                .toList();
        long capacity = there.stream().mapToLong(Region::length).sum();
        checkRefusal(capacity == view.capacity(), bytes, alignment, "capacity " + view.capacity());
        checkRefusal(capacity + bytes > LIMIT - Region.PAGE_BYTES, bytes, alignment, "the pool could grow");
        boolean fits = new FreePlaces(there, takenOfThePool()).mustFit(bytes, alignment);
        checkRefusal(!fits, bytes, alignment, "there is room");
    }

    private static void checkRefusal(boolean holds, long bytes, long alignment, String what) {
        if (!holds) {
            throw new AssertionError(bytes + " bytes at a multiple of " + alignment + " were refused: " + what);
        }
    }

    /// Chunks count as a whole: what is free in them is the cache's.
    private NavigableMap<Long, Long> takenOfThePool() {
        NavigableMap<Long, Long> taken = new TreeMap<>();
        forEachHeld(one -> {
            long from = one.inChunk ? one.address & -ChunkRuns.CHUNK_BYTES : one.address;
            taken.put(from, one.inChunk ? from + ChunkRuns.CHUNK_BYTES : one.address + one.bytes);
        });
        return taken;
    }

    /// Between two taken ranges, or a taken range and an end, of the chunks of a cache, bytes.
    private long longestGap(int cache) {
        NavigableMap<Long, Long> taken = new TreeMap<>();
        forEachHeld(one -> {
            if (one.inChunk && one.cache == cache) {
                taken.put(one.address, one.address + one.bytes);
            }
        });
        long longest = 0;
        long end = 0;
        long free = 0;
        for (Map.Entry<Long, Long> one : taken.entrySet()) {
            if (one.getKey() >= end) {
                longest = Math.max(longest, end - free);
                free = one.getKey() & -ChunkRuns.CHUNK_BYTES;
                end = free + ChunkRuns.CHUNK_BYTES;
            }
            longest = Math.max(longest, one.getKey() - free);
            free = one.getValue();
        }
        return Math.max(longest, end - free);
    }

    private void forEachHeld(Consumer<Taken> action) {
        live.forEach(action);
        closed.forEach(action);
    }

    private Taken take(BufferSlice slice, long bytes, long alignment) {
        Taken taken = new Taken(slice.address(), bytes, (byte) random.nextInt());
        taken.slice = slice;
        take(taken, alignment);
        mark(taken);
        return taken;
    }

    private void take(Taken taken, long alignment) {
        enter(taken);
        check(taken.address % alignment == 0, "misaligned", taken);
        live.add(taken);
    }

    private void learnOfRegions() {
        for (; regionsSeen < source.made.size(); regionsSeen++) {
            Region region = source.made.get(regionsSeen);
            regions.put(region.base(), new Known(region, poolEnd));
            poolEnd += region.length();
        }
    }

    private void enter(Taken taken) {
        learnOfRegions();
        Map.Entry<Long, Known> region = regions.floorEntry(taken.address);
        check(region != null, "outside", taken);
        Known in = region.getValue();
        check(taken.address + taken.bytes <= in.end(), "spans regions", taken);
        check(in.isThere(), "in a region that is gone", taken);
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
        after.inChunk = before.inChunk;
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
