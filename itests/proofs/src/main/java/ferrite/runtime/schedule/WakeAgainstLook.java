package ferrite.runtime.schedule;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// What is published before `Scheduler.wake` (a plain write here, weaker than a ring's release) is seen by a run that begins
/// after it: the compare-and-set from IDLE, or the fence and the look at `Task.state`, against the compare-and-set from
/// RUNNING to IDLE at the end of a run.
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the last run saw it")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "lost wake-up")
@State
public class WakeAgainstLook {
    private static final Scheduler SCHEDULER = new Scheduler("stress");

    private final class Look extends Task {
        Look() {
            super(false);
        }

        @Override
        protected boolean run() {
            seen = published;
            return false;
        }
    }

    private final Look task = new Look();
    private int published;
    private int seen;

    @Actor
    public void publishAndWake() {
        published = 1;
        SCHEDULER.inRunner(() -> SCHEDULER.wake(task));
    }

    @Actor
    public void runMeanwhile() {
        SCHEDULER.inRunner(() -> SCHEDULER.wake(task));
    }

    @Arbiter
    public void last(I_Result result) {
        result.r1 = seen;
    }
}
