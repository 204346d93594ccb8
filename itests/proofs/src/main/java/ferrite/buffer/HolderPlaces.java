package ferrite.buffer;

import ferrite.spi.error.SchemeException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A holder that comes back again and again, as a ring's record does, while another one comes and goes: the release of an
/// emptied place (`Allocation.empty`) and its acquire in `Allocation.at`, when the first looks for its own place among
/// places that the other has taken and not yet written.
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "each found its own place")
@Outcome(expect = Expect.FORBIDDEN, desc = "one let go of the other's, and the other found none")
@State
public class HolderPlaces {
    private static final int ROUNDS = 4;

    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();
    private final Holder first = new StressPool.Somebody("first");
    private final Holder second = new StressPool.Somebody("second");

    @Actor
    public void oneAgainAndAgain(II_Result result) {
        result.r1 = holdAndLetGo(first);
    }

    @Actor
    public void another(II_Result result) {
        result.r2 = holdAndLetGo(second);
    }

    private int holdAndLetGo(Holder holder) {
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Slices.retain(slice, holder);
            try {
                Slices.release(slice, holder);
            } catch (SchemeException notFound) {
                refused++;
            }
        }
        return refused;
    }

    @Arbiter
    public void left(II_Result result) {
        result.r1 += slice.window().root().holders();
    }
}
