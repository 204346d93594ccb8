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

/// A ring retains the slice that its owner makes shorter: the compare-and-set of `Allocation.word` in `retain` against
/// the one in `giveUp`, by which the slice ends in favour of a shorter one. The ring has all of its bytes, or none.
@JCStressTest
@Outcome(id = "1, 0, 4096", expect = Expect.ACCEPTABLE, desc = "held as it was; EBUSY for the owner")
@Outcome(id = "0, 1, 2048", expect = Expect.ACCEPTABLE, desc = "made shorter before; EFAULT for the ring")
@Outcome(expect = Expect.FORBIDDEN, desc = "held and shorter, or neither, or other bytes taken than one of them has")
@State
public class RetainAgainstResize {
    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final Holder ring = new StressPool.Somebody("ring");
    private boolean held;
    private boolean shorter;

    @Actor
    public void ownerMakesItShorter() {
        try {
            stress.half(slice);
            shorter = true;
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.EBUSY) {
                throw refused;
            }
        }
    }

    @Actor
    public void ringRetains() {
        try {
            Slices.retain(slice, ring);
            held = true;
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.EFAULT) {
                throw refused;
            }
        }
    }

    @Arbiter
    public void afterwards(III_Result result) {
        result.r1 = held ? 1 : 0;
        result.r2 = shorter ? 1 : 0;
        result.r3 = (int) stress.pool.statistics().bytesInUse();
    }
}
