package ferrite.benchmarks.pool;

/// The workload of one thread: releases a random slice and acquires another, over and over.
final class Churn {
    private static final int REHEARSAL_PAIRS_LEAST = 200_000;
    private static final long REHEARSAL_NANOS_LEAST = 200_000_000L;
    private static final long REHEARSAL_NANOS_MOST = 3_000_000_000L;
    private static final int REHEARSAL_STEP = 10_000;

    private static final int MASK = Sequence.WISHES - 1;

    private final Allocator.Slots slots;
    private final long[] wishes = Sequence.wishes();
    private final int live;
    private int cursor;

    /// Acquires the first slices.
    ///
    /// @param live slices that stay, 0 and up
    /// @param start where in the sequence to begin
    Churn(Allocator allocator, int live, int start) {
        this.live = live;
        slots = allocator.slots(Math.max(1, live));
        cursor = start;
        for (int i = 0; i < live; i++) {
            acquire(i, next());
        }
    }

    /// Works until everything is compiled, which takes the compiler a while on its own thread, and the sizes have mixed:
    /// each slice was replaced once, if that takes no more than seconds.
    void rehearse() {
        long start = System.nanoTime();
        int pairs = Math.max(REHEARSAL_PAIRS_LEAST, live);
        long nanos = 0;
        for (int done = 0;
                (done < pairs || nanos < REHEARSAL_NANOS_LEAST) && nanos < REHEARSAL_NANOS_MOST;
                done += REHEARSAL_STEP) {
            run(REHEARSAL_STEP);
            nanos = System.nanoTime() - start;
        }
    }

    /// Releases and acquires so many times; without live slices, acquires and releases.
    ///
    /// @return sum of the addresses, so that no compiler leaves them out
    long run(int pairs) {
        long sum = 0;
        if (live == 0) {
            for (int i = 0; i < pairs; i++) {
                sum += acquire(0, next());
                slots.release(0);
            }
            return sum;
        }
        for (int i = 0; i < pairs; i++) {
            long wish = next();
            int victim = Sequence.victim(wish, live);
            slots.release(victim);
            sum += acquire(victim, wish);
        }
        return sum;
    }

    private long acquire(int slot, long wish) {
        return slots.acquire(slot, Sequence.bytes(wish), Sequence.alignmentShift(wish));
    }

    private long next() {
        return wishes[cursor++ & MASK];
    }
}
