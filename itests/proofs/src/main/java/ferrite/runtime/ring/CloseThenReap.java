package ferrite.runtime.ring;

import ferrite.spi.ring.SubmissionQueueEntry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// A caller that closes and all the same looks again, while the server answers and finishes: after the atomic update of
/// `CONSUMER_GONE` the records are the server's.
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "the record was given back once")
@Outcome(expect = Expect.FORBIDDEN, desc = "the record was given back twice or never")
@State
public class CloseThenReap {
    private static final SubmissionQueueEntry ENTRY = SubmissionQueueEntry.of(StressRing.WORK);

    private final Ring ring = StressRing.make(1, 2);
    private final InFlight record;

    public CloseThenReap() {
        ring.consumer().submit(ENTRY, null, 1, null);
        InFlight received = ring.producer().receive();
        if (received == null) {
            throw new IllegalStateException("the entry is not in the ring");
        }
        record = received;
    }

    @Actor
    public void closeAndReap() {
        ring.consumer().close();
        ring.consumer().reap();
    }

    @Actor
    public void answerAndFinish() {
        ring.producer().complete(record, 0, 0);
        if (ring.is(Ring.CONSUMER_GONE)) {
            ring.producer().drained();
        }
    }

    @Arbiter
    public void left(I_Result result) {
        ring.producer().drained(); // the turn for which the close woke it
        result.r1 = ring.consumer().inFlight();
    }
}
