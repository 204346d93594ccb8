package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PoolCacheThreadsTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 40_000;

    /// In which two threads meet each time.
    private static final int ROUNDS_TOGETHER = 5_000;

    private static final int RELEASED_TOGETHER = 64;

    private record Sent(PoolCache of, long handle, byte signature) {}

    private record Lent(BufferSlice slice, Holder holder) {}

    private final SharedBufferPool pool = new SharedBufferPool(
            "threads",
            new PoolParameters(0, 4 * Pools.MIB, 256 * Pools.MIB, false, 8 * Pools.MIB),
            RegionSource.heapless(new AddressSpace()));
    private final ViewArena arena = new ViewArena("threads");
    private final PoolView view = new PoolView(pool, arena);
    private final Map<PoolCache, OwnerThread> owners = new ConcurrentHashMap<>();

    private PoolCache cacheOfThisThread() {
        OwnerThread owner = new OwnerThread();
        owner.hold();
        PoolCache cache = new PoolView(pool, arena, owner).cache();
        owners.put(cache, owner);
        return cache;
    }

    /// To the calling thread, after the owner has ended.
    private void passOn(PoolCache cache) {
        Objects.requireNonNull(owners.get(cache)).hold();
    }

    private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<T> done : threads.invokeAll(tasks)) {
                results.add(done.get());
            }
        }
        return results;
    }

    private static long bytes(SplittableRandom random) {
        return (long) Math.pow(2, random.nextDouble() * 16);
    }

    private static void sign(PoolCache cache, long handle, byte signature) {
        cache.segment(handle).fill(signature);
    }

    private static void checkSignature(PoolCache cache, long handle, byte signature) {
        long last = cache.length(handle) - 1;
        if (cache.segment(handle).get(ValueLayout.JAVA_BYTE, 0) != signature
                || cache.segment(handle).get(ValueLayout.JAVA_BYTE, last) != signature) {
            throw new AssertionError("bytes of " + signature + " were written by another thread");
        }
    }

    @Test
    void cachesOfOnePoolNeverShareBytes() throws Exception {
        List<Callable<PoolCache>> tasks = new ArrayList<>();
        for (int thread = 1; thread <= THREADS; thread++) {
            byte signature = (byte) thread;
            tasks.add(() -> useAlone(signature));
        }

        all(tasks).forEach(PoolCache::close);

        assertThat(view.bytesInUse()).isZero();
        pool.close();
    }

    private PoolCache useAlone(byte signature) {
        PoolCache cache = cacheOfThisThread();
        SplittableRandom random = new SplittableRandom(signature);
        long[] mine = new long[64];
        for (int round = 0; round < ROUNDS; round++) {
            int index = random.nextInt(mine.length);
            if (mine[index] != 0) {
                checkSignature(cache, mine[index], signature);
                cache.release(mine[index]);
            }
            mine[index] = cache.acquireHandle(bytes(random), 1L << random.nextInt(13));
            sign(cache, mine[index], signature);
        }
        for (long handle : mine) {
            if (handle != 0) {
                cache.release(handle);
            }
        }
        assertThat(cache.statistics().handles()).isZero();
        return cache;
    }

    /// Every handle is released by the thread after the one that acquired it.
    @Test
    void releasesByAnotherThreadComeBackOnce() throws Exception {
        List<BlockingQueue<Sent>> queues = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            queues.add(new ArrayBlockingQueue<>(ROUNDS * 2));
        }
        List<Callable<PoolCache>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            tasks.add(() -> passOn(queues.get(number), queues.get((number + 1) % THREADS), (byte) (number + 1)));
        }

        List<PoolCache> caches = all(tasks);

        for (PoolCache cache : caches) {
            passOn(cache);
            cache.flush();
            assertThat(cache.statistics().handles()).isZero();
            assertThat(cache.statistics().requestedBytes()).isZero();
            assertThat(cache.statistics().heldBytes()).isZero();
        }
        assertThat(view.bytesInUse()).isZero();
        pool.close();
    }

    private PoolCache passOn(BlockingQueue<Sent> in, BlockingQueue<Sent> out, byte signature) throws Exception {
        PoolCache cache = cacheOfThisThread();
        SplittableRandom random = new SplittableRandom(signature);
        int received = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long handle = cache.acquireHandle(bytes(random) / 4 + 1, 1L << random.nextInt(8));
            sign(cache, handle, signature);
            out.put(new Sent(cache, handle, signature));
            for (Sent sent = in.poll(); sent != null; sent = in.poll()) {
                giveBack(sent);
                received++;
            }
        }
        for (; received < ROUNDS; received++) {
            giveBack(in.take());
        }
        return cache;
    }

    private static void giveBack(Sent sent) {
        checkSignature(sent.of(), sent.handle(), sent.signature());
        sent.of().release(sent.handle());
    }

    /// The owner closes, the peer's release frees: the bytes belong to the owner's cache, whoever is last.
    @Test
    void slicesOfACacheComeBackWhoeverIsLast() throws Exception {
        BlockingQueue<Lent> lent = new ArrayBlockingQueue<>(256);
        Callable<PoolCache> owner = () -> {
            PoolCache cache = cacheOfThisThread();
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 0; round < ROUNDS; round++) {
                BufferSlice slice = cache.acquire(bytes(random), 64);
                Holder holder = new SlicesTest.Named("peer", round);
                lent.put(new Lent(Slices.retain(slice, holder), holder));
                slice.close();
            }
            return cache;
        };
        Callable<PoolCache> peer = () -> {
            for (int round = 0; round < ROUNDS; round++) {
                Lent one = lent.take();
                Slices.release(one.slice(), one.holder());
            }
            return cacheOfThisThread();
        };

        for (PoolCache cache : all(List.of(owner, peer))) {
            passOn(cache);
            cache.flush();
        }

        assertThat(pool.statistics().guardedSlices()).isZero();
        assertThat(pool.guardedBytes()).isZero();
        assertThat(view.bytesInUse()).isZero();
        pool.close();
    }

    /// Threads take turns with one token, as those that run a context do; without it they let go of slices, which comes
    /// back to the same cache.
    @Test
    void aCacheWhoseTokenChangesThreadsHasOneOwnerAtATime() throws Exception {
        OwnerThread token = new OwnerThread();
        AtomicBoolean taken = new AtomicBoolean();
        PoolCache cache = new PoolView(pool, arena, token).cache();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int thread = 1; thread <= THREADS; thread++) {
            byte signature = (byte) thread;
            tasks.add(() -> takeTurns(cache, token, taken, signature));
        }

        all(tasks);

        token.hold();
        cache.flush();
        assertThat(cache.statistics().handles()).isZero();
        assertThat(cache.statistics().requestedBytes()).isZero();
        assertThat(cache.statistics().heldBytes()).isZero();
        assertThat(view.bytesInUse()).isZero();
        pool.close();
    }

    private static boolean takeTurns(PoolCache cache, OwnerThread token, AtomicBoolean taken, byte signature) {
        SplittableRandom random = new SplittableRandom(signature);
        for (int round = 0; round < ROUNDS / 4; round++) {
            while (!taken.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            token.hold();
            long passedOn = cache.acquireHandle(bytes(random), 1L << random.nextInt(8));
            sign(cache, passedOn, signature);
            long[] kept = new long[8];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = cache.acquireHandle(bytes(random), 1L << random.nextInt(8));
                sign(cache, kept[i], signature);
            }
            BufferSlice slice = cache.acquire(bytes(random), 8);
            Guard guard = slice.guard("peer");
            slice.close();
            for (long handle : kept) {
                checkSignature(cache, handle, signature);
                cache.release(handle);
            }
            token.unhold(null);
            taken.set(false);
            guard.release();
            checkSignature(cache, passedOn, signature);
            cache.release(passedOn);
        }
        return taken.get();
    }

    /// Where two threads meet, again and again, so that what they do next begins at the same moment.
    private static final class Meeting {
        private static final int LOOKS_BEFORE_PARK = 2_000;

        private final AtomicInteger arrived = new AtomicInteger();
        private volatile boolean over;

        /// The calling thread's next time.
        ///
        /// @param count from 1
        void meet(int count) {
            arrived.incrementAndGet();
            for (int looks = 1; arrived.get() < 2 * count; looks++) {
                if (over) {
                    throw new IllegalStateException("the other thread has failed");
                }
                if (looks % LOOKS_BEFORE_PARK == 0) {
                    LockSupport.parkNanos(1); // where there is one processor for the two
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }

    /// @return whether it was accepted
    private static boolean releases(PoolCache cache, long handle) {
        try {
            cache.release(handle);
            return true;
        } catch (SchemeException refused) {
            assertThat(refused.errno()).isEqualTo(Errno.EALREADY);
            return false;
        }
    }

    private static void assertDistinct(PoolCache cache, long[] handles) {
        assertThat(LongStream.of(handles).map(cache::address).distinct().count())
                .as("different addresses of %d handles", handles.length)
                .isEqualTo(handles.length);
    }

    /// A mistake of theirs: the owner and another thread release the same handles, one from the first to the last, the
    /// other from the last to the first, so that they meet at one of them. What is given back twice is counted twice,
    /// or taken from whom it was given to in between.
    @Test
    void oneHandleReleasedByTwoThreadsIsGivenBackOnce() throws Exception {
        PoolCache cache = cacheOfThisThread();
        Meeting before = new Meeting();
        Meeting after = new Meeting();
        long[] shared = new long[RELEASED_TOGETHER];
        boolean[] byAnother = new boolean[RELEASED_TOGETHER];
        boolean[] byOwner = new boolean[RELEASED_TOGETHER];
        long[] next = new long[RELEASED_TOGETHER];
        try (ExecutorService another = Executors.newSingleThreadExecutor()) {
            Future<?> peer = another.submit(() -> {
                for (int round = 1; round <= ROUNDS_TOGETHER; round++) {
                    before.meet(round);
                    for (int i = shared.length - 1; i >= 0; i--) {
                        byAnother[i] = releases(cache, shared[i]);
                    }
                    after.meet(round);
                }
            });
            try {
                for (int round = 1; round <= ROUNDS_TOGETHER; round++) {
                    Arrays.setAll(shared, _ -> cache.acquireHandle(64, 64));
                    before.meet(round);
                    for (int i = 0; i < shared.length; i++) {
                        byOwner[i] = releases(cache, shared[i]);
                        next[i] = cache.acquireHandle(64, 64);
                    }
                    after.meet(round);
                    for (int i = 0; i < shared.length; i++) {
                        assertThat(byOwner[i] || byAnother[i])
                                .as("round %d, handle %d", round, i)
                                .isTrue();
                    }
                    assertDistinct(cache, next);
                    LongStream.of(next).forEach(cache::release);
                }
            } finally {
                before.over = true;
                after.over = true;
            }
            peer.get();
        }
        cache.flush();
        assertThat(cache.statistics().handles()).isZero();
        assertThat(cache.statistics().requestedBytes()).isZero();
        assertThat(cache.statistics().heldBytes()).isZero();
        long[] all = LongStream.generate(() -> cache.acquireHandle(64, 64))
                .limit(200)
                .toArray();
        assertDistinct(cache, all);
    }

    @Test
    void oneHandleReleasedByTwoThreadsThatDoNotOwnItIsAcceptedOnce() throws Exception {
        PoolCache cache = cacheOfThisThread();
        long[] handles = new long[ROUNDS_TOGETHER];
        Arrays.setAll(handles, _ -> cache.acquireHandle(64, 64));
        Meeting meeting = new Meeting();
        Callable<Integer> releasing = () -> {
            int accepted = 0;
            for (int i = 0; i < handles.length; i++) {
                meeting.meet(i + 1);
                accepted += releases(cache, handles[i]) ? 1 : 0;
            }
            return accepted;
        };

        List<Integer> accepted = all(List.of(releasing, releasing));

        assertThat(accepted.getFirst() + accepted.getLast()).as("%s", accepted).isEqualTo(handles.length);

        cache.flush();
        assertThat(cache.statistics().handles()).isZero();
        assertThat(cache.statistics().requestedBytes()).isZero();
        assertThat(cache.statistics().heldBytes()).isZero();
    }
}
