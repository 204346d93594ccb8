package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The release of an SQE's first word (`SubmissionQueue.Sender.send`) and its acquire (`SubmissionQueue.Receiver.next`):
/// who sees the phase bit sees the whole entry.
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "7, 9", expect = Expect.ACCEPTABLE, desc = "whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry in parts")
@State
public class SubmissionPublication {
    private final Ring ring = StressRing.make(1, 2);
    private final long base = ring.memory().address();
    private final SubmissionQueue.Sender sender = new SubmissionQueue.Sender(base, 1);
    private final SubmissionQueue.Receiver receiver = new SubmissionQueue.Receiver(base, 1);

    @Actor
    public void send() {
        sender.send(StressRing.WORK, 7, 0, 0, 0, 0, 0, 9);
    }

    @Actor
    public void receive(JJ_Result result) {
        long at = receiver.next();
        if (at != 0) {
            result.r1 = RawMemory.get(at + RingLayout.SQE_FD);
            result.r2 = RawMemory.get(at + RingLayout.SQE_ADDITIONAL2);
        }
    }
}
