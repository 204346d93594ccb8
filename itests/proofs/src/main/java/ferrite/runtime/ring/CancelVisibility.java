package ferrite.runtime.ring;

import ferrite.spi.ring.SubmissionQueueEntry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// `Ring.cancelWanted` is plain: written before the volatile write of `cancelsWaiting` (`ConsumerEnd.tellOfCancels`), read
/// after its volatile read and clearing (`ProducerEnd.forEachCancelled`). The server's next turn, for which it is woken,
/// finds what this turn did not.
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the server was told, once")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the ring answered before the server got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "forgotten, or told twice")
@State
public class CancelVisibility {
    private static final SubmissionQueueEntry ENTRY = SubmissionQueueEntry.of(StressRing.WORK);

    private final Ring ring = StressRing.make(1, 2);
    private int told;

    public CancelVisibility() {
        ring.consumer().submit(ENTRY, null, 5, null);
    }

    @Actor
    public void cancel() {
        ring.consumer().cancel(5);
    }

    @Actor
    public void serve() {
        turn();
    }

    private void turn() {
        ring.producer().receive();
        if (ring.producer().cancelsWaiting()) {
            ring.producer().forEachCancelled(_ -> told++);
        }
    }

    @Arbiter
    public void nextTurn(II_Result result) {
        turn();
        result.r1 = told;
        result.r2 = ring.consumer().reap() ? 1 : 0;
    }
}
