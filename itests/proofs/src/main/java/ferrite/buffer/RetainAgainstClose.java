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

/// A ring retains the slice that its owner closes, and a third wants the bytes: the compare-and-set of `Allocation.word` in
/// `retain` against the one in `close`.
@JCStressTest
@Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "held; handed out only after the release")
@Outcome(
        id = "0, 1, 0",
        expect = Expect.ACCEPTABLE,
        desc = "closed before: EFAULT for the ring, the third has the bytes")
@Outcome(expect = Expect.FORBIDDEN, desc = "handed out while held, or lost")
@State
public class RetainAgainstClose {
    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final Holder ring = new StressPool.Somebody("ring");
    private boolean taken;
    private boolean held;

    @Actor
    public void ownerClosesAndAThirdTakes() {
        slice.close();
        taken = stress.handsOut();
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
        result.r2 = taken ? 1 : 0;
        if (held) {
            Slices.release(slice, ring);
        }
        result.r3 = stress.handsOut() ? 1 : 0;
    }
}
