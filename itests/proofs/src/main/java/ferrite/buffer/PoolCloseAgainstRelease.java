package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// A pool is closed while the last holder of a closed slice lets go: it refuses, or it ends and the region goes once. Its
/// lock is taken after the compare-and-set of `Allocation.word` by the holder, so it may see either.
@JCStressTest
@Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "refused with EADDRINUSE; the second close ended it")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "closed at once")
@Outcome(expect = Expect.FORBIDDEN, desc = "closed while guarded, or the region went twice or never")
@State
public class PoolCloseAgainstRelease {
    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final Holder ring = new StressPool.Somebody("ring");
    private boolean closed;

    public PoolCloseAgainstRelease() {
        Slices.retain(slice, ring);
        slice.close();
    }

    @Actor
    public void runtimeCloses() {
        try {
            stress.pool.close();
            closed = true;
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.EADDRINUSE) {
                throw refused;
            }
        }
    }

    @Actor
    public void ringReleases() {
        Slices.release(slice, ring);
    }

    @Arbiter
    public void left(III_Result result) {
        result.r1 = closed ? 1 : 0;
        result.r2 = stress.freed.get();
        stress.pool.close();
        result.r3 = stress.freed.get();
    }
}
