package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The release of the first of two SQEs (`SubmissionQueue.Sender.publish`) and its acquire
/// (`SubmissionQueue.Receiver.next`): who sees the phase bit of the first sees both, and both whole.
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "7, 9", expect = Expect.ACCEPTABLE, desc = "both, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "one without the other, or in parts")
@State
public class SubmissionPublication {
    private final Ring ring = StressRing.make(2, 4);
    private final long base = ring.memory().address();
    private final SubmissionQueue.Sender sender = new SubmissionQueue.Sender(base, 2);
    private final SubmissionQueue.Receiver receiver = new SubmissionQueue.Receiver(base, 2);

    @Actor
    public void send() {
        sender.put(StressRing.WORK, 7, 0, 0, 0, 0, 0, 0);
        sender.put(StressRing.WORK, 0, 0, 0, 0, 0, 0, 9);
        sender.publish();
    }

    @Actor
    public void receive(JJ_Result result) {
        long first = receiver.next();
        if (first != 0) {
            result.r1 = RawMemory.get(first + RingLayout.SQE_FD);
            receiver.taken();
            long second = receiver.next();
            result.r2 = second == 0 ? -1 : RawMemory.get(second + RingLayout.SQE_ADDITIONAL2);
        }
    }
}
