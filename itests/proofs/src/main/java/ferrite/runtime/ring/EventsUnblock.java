package ferrite.runtime.ring;

import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The two fences of back-pressure: the server's wish stands before it looks at the head again (`ProducerEnd.post`), the
/// caller's head is out before it looks for the wish (`ConsumerEnd.unblocksEvents`). One of them sees the other. It has
/// happened once before, so the caller also knows how far it was then.
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "the server waits and nobody will wake it")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the server is woken")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "there was a place")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "there was a place, and one wake-up too many")
@State
public class EventsUnblock {
    private static final SubmissionQueueEntry ARMED =
            SubmissionQueueEntry.of(StressRing.WORK).withFlags(SqeFlags.SUBSCRIBE);

    private final Ring ring = StressRing.make(1, 2);
    private final InFlight record;

    public EventsUnblock() {
        ring.consumer().submit(ARMED, null, 5, null);
        InFlight received = ring.producer().receive();
        if (received == null) {
            throw new IllegalStateException("the entry is not in the ring");
        }
        record = received;
        ring.producer().post(record, 1, 0);
        ring.producer().post(record, 2, 0); // there is no place
        ring.consumer().reap();
        if (!ring.consumer().unblocksEvents()) {
            throw new IllegalStateException("the server is not woken for the place");
        }
        ring.producer().post(record, 2, 0);
    }

    @Actor
    public void post(II_Result result) {
        result.r1 = ring.producer().post(record, 3, 0) ? 1 : 0;
    }

    @Actor
    public void reap(II_Result result) {
        ConsumerEnd end = ring.consumer();
        boolean took = end.reap();
        while (took) {
            took = end.reap();
        }
        result.r2 = end.unblocksEvents() ? 1 : 0;
    }
}
