package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A handle of a cache is released by the cache's owner, who then acquires another, and at the same moment by another
/// thread, which is a mistake of theirs: the owner's plain end of the use in `Generations` against what the other reads
/// of it under the cache's lock. The bytes come back once.
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "one handle is left, and its bytes are nobody else's")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc = "they came back twice: counted twice, taken from who has them, or handed out twice")
@State
public class TwoHandleReleases {
    private static final int BYTES = 64;
    private static final MemorySegment MEMORY = Arena.global().allocate(ChunkRuns.CHUNK_BYTES, ChunkRuns.CHUNK_BYTES);

    /// The thread that has the cache to itself.
    private static final class Turn implements Owner {
        private volatile @Nullable Thread thread = Thread.currentThread();

        void take() {
            thread = Thread.currentThread();
        }

        void giveAway() {
            thread = null;
        }

        @Override
        public boolean isMe() {
            return thread == Thread.currentThread();
        }
    }

    private final SharedBufferPool pool = new SharedBufferPool(
            "stress",
            new PoolParameters(ChunkRuns.CHUNK_BYTES, ChunkRuns.CHUNK_BYTES, ChunkRuns.CHUNK_BYTES, false),
            _ -> new Region(AddressSpace.HIGH_START, MEMORY, () -> {}));
    private final Turn turn = new Turn();
    private final PoolCache cache = new PoolView(pool, new ViewArena("stress"), turn).cache();
    private final long handle = cache.acquireHandle(BYTES, BYTES);
    private long next;
    private long nextAddress;

    /// Whichever thread makes this, the cache is not its own any more when the two begin.
    public TwoHandleReleases() {
        turn.giveAway();
    }

    @Actor
    public void ownerReleasesAndAcquires() {
        turn.take();
        release();
        next = cache.acquireHandle(BYTES, BYTES);
        nextAddress = cache.isLive(next) ? cache.address(next) : 0;
    }

    @Actor
    public void anotherReleases() {
        release();
    }

    private void release() {
        try {
            cache.release(handle);
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.EALREADY) {
                throw refused;
            }
        }
    }

    @Arbiter
    public void left(II_Result result) {
        turn.take();
        cache.flush();
        result.r1 = (int) cache.statistics().handles();
        boolean live = cache.isLive(next);
        long third = cache.acquireHandle(BYTES, BYTES);
        result.r2 = live && cache.isLive(third) && cache.address(third) != nextAddress ? 0 : 1;
    }
}
