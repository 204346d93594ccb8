package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/// The owner closes a slice and its sixteen holders let go one after the other, while a seventeenth comes, for whom
/// there may be a place or not: the compare-and-set of `Allocation.word` in `retain` or `retainWithoutPlace` against
/// the last one in `leave`, and the pool's list of holders without a place against both.
@JCStressTest
@Outcome(
        id = "1, 0, 1, 0",
        expect = Expect.ACCEPTABLE,
        desc = "held; handed out only after its release, and then in no list")
@Outcome(
        id = "0, 1, 0, 0",
        expect = Expect.ACCEPTABLE,
        desc = "too late: EFAULT, in no list, and a third has the bytes")
@Outcome(expect = Expect.FORBIDDEN, desc = "handed out while held, lost, or a holder that is left over in a list")
@State
public class OverflowAgainstRelease {
    private static final int PLACES = 16;

    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final List<Holder> holders = new ArrayList<>(PLACES);
    private final Holder seventeenth = new StressPool.Somebody("seventeenth");
    private boolean taken;
    private boolean held;

    public OverflowAgainstRelease() {
        for (int i = 0; i < PLACES; i++) {
            Holder holder = new StressPool.Somebody("holder " + i);
            Slices.retain(slice, holder);
            holders.add(holder);
        }
    }

    @Actor
    public void ownerClosesAllLetGoAndAThirdTakes() {
        slice.close();
        for (Holder holder : holders) {
            Slices.release(slice, holder);
        }
        taken = stress.handsOut();
    }

    @Actor
    public void anotherRetains() {
        try {
            Slices.retain(slice, seventeenth);
            held = true;
        } catch (SchemeException refused) {
            if (refused.errno() != Errno.EFAULT) {
                throw refused;
            }
        }
    }

    @Arbiter
    public void afterwards(IIII_Result result) {
        result.r1 = held ? 1 : 0;
        result.r2 = taken ? 1 : 0;
        if (held) {
            Slices.release(slice, seventeenth);
        }
        result.r3 = stress.handsOut() ? 1 : 0;
        result.r4 = stress.pool.guards().size();
    }
}
