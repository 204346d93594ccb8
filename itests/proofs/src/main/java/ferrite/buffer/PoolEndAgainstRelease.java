package ferrite.buffer;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The pool's context dies while the last holder of a slice lets go: `Allocation.word` says who closes it, the pool's lock
/// who is the last in the region.
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the region was given back once")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was given back twice or never")
@State
public class PoolEndAgainstRelease {
    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final Holder ring = new StressPool.Somebody("ring");

    public PoolEndAgainstRelease() {
        Slices.retain(slice, ring);
    }

    @Actor
    public void contextDies() {
        stress.pool.closeForced();
    }

    @Actor
    public void ringReleases() {
        Slices.release(slice, ring);
    }

    @Arbiter
    public void left(II_Result result) {
        result.r1 = stress.freed.get();
        result.r2 = (int) (stress.pool.guardedBytes() + stress.pool.statistics().bytesInUse());
    }
}
