package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The release of the head (`SubmissionQueue.Receiver.publish`) and its acquire (`SubmissionQueue.Sender.look`): a place is
/// written again only after it was read.
@JCStressTest
@Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "the first entry, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "the second entry over the first")
@State
public class PlaceReuse {
    private final Ring ring = StressRing.make(1, 2);
    private final long base = ring.memory().address();
    private final SubmissionQueue.Sender sender = new SubmissionQueue.Sender(base, 1);
    private final SubmissionQueue.Receiver receiver = new SubmissionQueue.Receiver(base, 1);

    public PlaceReuse() {
        sender.put(StressRing.WORK, 7, 0, 0, 0, 0, 0, 7);
        sender.publish();
    }

    @Actor
    public void sendAgain() {
        if (sender.room() > 0) {
            sender.put(StressRing.WORK, 8, 0, 0, 0, 0, 0, 8);
            sender.publish();
        }
    }

    @Actor
    public void receive(JJ_Result result) {
        long at = receiver.next();
        result.r1 = RawMemory.get(at + RingLayout.SQE_FD);
        result.r2 = RawMemory.get(at + RingLayout.SQE_ADDITIONAL2);
        receiver.taken();
    }
}
