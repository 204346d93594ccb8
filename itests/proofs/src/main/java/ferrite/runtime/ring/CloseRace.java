package ferrite.runtime.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The atomic update of `Ring.control` by both ends (`CONSUMER_GONE`, `PRODUCER_GONE`): whoever comes second gives back what
/// is left, and only it. One request is with the server, one in the queue.
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "every record was given back once")
@Outcome(expect = Expect.FORBIDDEN, desc = "a record was given back twice or never")
@State
public class CloseRace {
    private static final SubmissionQueueEntry ENTRY = SubmissionQueueEntry.of(StressRing.WORK);

    private final Ring ring = StressRing.make(2, 4);

    public CloseRace() {
        ring.consumer().submit(ENTRY, null, 1, null);
        ring.producer().receive();
        ring.consumer().submit(ENTRY, null, 2, null);
    }

    @Actor
    public void askerCloses() {
        ring.consumer().close();
    }

    @Actor
    public void serverCloses() {
        ring.producer().close(Errno.ENODEV);
    }

    @Arbiter
    public void left(II_Result result) {
        result.r1 = ring.consumer().inFlight();
        result.r2 = ring.state() == RingState.CLOSED ? 1 : 0;
    }
}
