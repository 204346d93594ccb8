package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// The pool against [NaivePool], a million random steps in all. `SEED=…` in the environment replays one seed.
final class SharedBufferPoolPropertyTest {
    private static final int STEPS = 250_000;
    private static final long LIMIT = 512 * Pools.KIB;

    private record Held(BufferSlice slice, List<Guard> guards) {}

    private final Pools.Recording source = new Pools.Recording();
    private final SharedBufferPool pool =
            new SharedBufferPool("model", new PoolParameters(Pools.PAGE, 24 * Pools.PAGE, LIMIT, false), source);
    private final PoolView view = new PoolView(pool, new ViewArena("model"));
    private final NaivePool model = new NaivePool(source.made);
    private final List<Held> live = new ArrayList<>();
    private final List<Held> closed = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom();
    private int refused;

    @RepeatedTest(4)
    void behavesLikeTheNaivePool(RepetitionInfo run) {
        String wished = System.getenv("SEED");
        long seed = wished == null ? System.nanoTime() + run.getCurrentRepetition() : Long.parseLong(wished);
        random = new SplittableRandom(seed);
        try {
            for (int step = 0; step < STEPS; step++) {
                step();
                same(view.bytesInUse(), model.bytesInUse());
            }
            finish();
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("SEED=" + seed, failure);
        }
        System.getLogger("ferrite.test").log(System.Logger.Level.INFO, "SEED={0}, {1} refused", seed + "", refused);
    }

    private void step() {
        switch (random.nextInt(8)) {
            case 0, 1 -> acquire(AllocationStrategy.BEST);
            case 2 -> acquire(AllocationStrategy.GREEDY);
            case 3 -> acquireFixed();
            case 4 -> guard();
            case 5 -> releaseGuard();
            default -> close();
        }
    }

    private long size() {
        return 1 + random.nextLong(1L << random.nextInt(1, 16)); // up to 32 KiB, mostly small
    }

    private long alignment() {
        return 1L << (random.nextInt(4) == 0 ? random.nextInt(18) : random.nextInt(7));
    }

    private void acquire(AllocationStrategy strategy) {
        long bytes = size();
        long alignment = alignment();
        Optional<BufferSlice> got = view.tryAcquire(bytes, alignment, strategy);
        if (got.isPresent()) {
            hold(got.get(), bytes, alignment);
        } else {
            refused++;
            if (refused % 8 == 0) { // the naive search is most of the test's time
                same(model.fits(bytes, alignment), false);
            }
        }
    }

    private void acquireFixed() {
        long bytes = size();
        long offset = random.nextLong(LIMIT / 64) * 64;
        Optional<BufferSlice> got;
        try {
            got = view.tryAcquire(bytes, 1, new AllocationStrategy.Fixed(offset));
        } catch (SchemeException outside) {
            return;
        }
        same(got.isPresent(), model.isFree(offset, NaivePool.rounded(bytes)));
        got.ifPresent(slice -> {
            same(slice.offset(), offset);
            hold(slice, bytes, 1);
        });
    }

    private void hold(BufferSlice slice, long bytes, long alignment) {
        model.take(slice.offset(), slice.address(), bytes, alignment);
        live.add(new Held(slice, new ArrayList<>()));
    }

    private void guard() {
        if (!live.isEmpty() && random.nextInt(4) == 0) {
            Held held = live.get(random.nextInt(live.size()));
            held.guards().add(held.slice().guard("model"));
        }
    }

    private void releaseGuard() {
        boolean ofClosed = random.nextBoolean();
        List<Held> from = ofClosed ? closed : live;
        if (from.isEmpty()) {
            return;
        }
        int index = random.nextInt(from.size());
        Held held = from.get(index);
        if (!held.guards().isEmpty()) {
            held.guards().removeLast().release();
        }
        if (ofClosed && held.guards().isEmpty()) {
            model.release(held.slice().offset());
            removeUnordered(closed, index);
        }
    }

    private void close() {
        if (live.isEmpty()) {
            return;
        }
        int index = random.nextInt(live.size());
        Held held = live.get(index);
        removeUnordered(live, index);
        same(view.reattach(held.slice().offset()).length(), held.slice().length());
        held.slice().close();
        if (held.guards().isEmpty()) {
            model.release(held.slice().offset());
        } else {
            closed.add(held);
        }
        same((long) view.guardedSlices(), (long) closed.size());
    }

    /// A million times: AssertJ would take most of the time.
    private static <T> void same(T actual, T expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError("pool " + actual + ", model " + expected);
        }
    }

    private static void removeUnordered(List<Held> list, int index) {
        Held last = list.removeLast();
        if (index < list.size()) {
            list.set(index, last);
        }
    }

    /// With everything given back, each region is one free block again.
    private void finish() {
        for (Held held : live) {
            held.slice().close();
            held.guards().forEach(Guard::release);
        }
        closed.forEach(held -> held.guards().forEach(Guard::release));
        assertThat(pool.statistics()).isEqualTo(new PoolStatistics(0, view.capacity(), 0, 0, 0, 0));
        long start = 0;
        for (Region region : source.made) {
            view.acquire(region.length(), 1, new AllocationStrategy.Fixed(start));
            start += region.length();
        }
        pool.closeForced();
    }
}
