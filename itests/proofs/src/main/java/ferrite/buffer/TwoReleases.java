package ferrite.buffer;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Two holders of a closed slice release at the same time: the compare-and-set of `Allocation.word` in `leave` decides which
/// of them is the last, against the other's. Only that one gives the bytes back.
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the bytes came back once and can be taken once")
@Outcome(expect = Expect.FORBIDDEN, desc = "they came back twice or never")
@State
public class TwoReleases {
    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final Holder first = new StressPool.Somebody("first");
    private final Holder second = new StressPool.Somebody("second");

    public TwoReleases() {
        Slices.retain(slice, first);
        Slices.retain(slice, second);
        slice.close();
    }

    @Actor
    public void releaseFirst() {
        Slices.release(slice, first);
    }

    @Actor
    public void releaseSecond() {
        Slices.release(slice, second);
    }

    @Arbiter
    public void left(II_Result result) {
        PoolStatistics statistics = stress.pool.statistics();
        result.r1 = statistics.liveSlices() + statistics.guardedSlices() + (int) statistics.bytesInUse();
        result.r2 = (stress.handsOut() ? 1 : 0) + (stress.handsOut() ? 1 : 0);
    }
}
