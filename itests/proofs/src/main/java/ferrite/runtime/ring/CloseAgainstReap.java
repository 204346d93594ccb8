package ferrite.runtime.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A caller that submits and reaps while the server closes: what was answered is found in the queue before the volatile
/// read of `PRODUCER_GONE` counts (`ConsumerEnd.reap`), so each request ends once, with its answer or with ENODEV.
@JCStressTest
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both were taken and both ended")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the second was refused, the first ended")
@Outcome(expect = Expect.FORBIDDEN, desc = "an end was lost or came twice")
@State
public class CloseAgainstReap {
    private static final SubmissionQueueEntry ENTRY = SubmissionQueueEntry.of(StressRing.WORK);

    private final Ring ring = StressRing.make(2, 4);
    private int ended;
    private int taken = 1;

    public CloseAgainstReap() {
        ring.consumer().submit(ENTRY, null, 1, null);
        ring.producer().receive();
    }

    @Actor
    public void ask() {
        if (ring.consumer().submit(ENTRY, null, 2, null)) {
            taken++;
        }
        while (ring.consumer().reap()) {
            ended++;
        }
    }

    @Actor
    public void serverCloses() {
        ring.producer().close(Errno.ENODEV);
    }

    @Arbiter
    public void rest(II_Result result) {
        while (ring.consumer().reap()) {
            ended++;
        }
        result.r1 = taken;
        result.r2 = taken - ended + ring.consumer().inFlight();
    }
}
