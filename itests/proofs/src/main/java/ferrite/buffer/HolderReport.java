package ferrite.buffer;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// The release of a holder into its place (`Allocation.put`) and the acquire in `Allocation.at`: a report sees a whole holder
/// or none.
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "there, with its name")
@Outcome(expect = Expect.FORBIDDEN, desc = "a holder without a name")
@State
public class HolderReport {
    private final StressPool stress = new StressPool();
    private final OwnedSlice slice = stress.whole();

    @Actor
    public void retain() {
        Slices.retain(slice, new StressPool.Somebody("ring"));
    }

    @Actor
    public void report(I_Result result) {
        List<GuardReport> guards = stress.pool.guards();
        if (!guards.isEmpty()) {
            result.r1 = "ring".equals(guards.getFirst().holder()) ? 1 : -1;
        }
    }
}
