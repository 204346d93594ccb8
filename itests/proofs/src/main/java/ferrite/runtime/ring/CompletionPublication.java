package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The release of the first of two CQEs (`CompletionQueue.Sender.publish`) and its acquire
/// (`CompletionQueue.Receiver.next`): who sees the phase bit of the first sees both, and both whole.
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "7, 9", expect = Expect.ACCEPTABLE, desc = "both, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "one without the other, or in parts")
@State
public class CompletionPublication {
    private final Ring ring = StressRing.make(1, 2);
    private final long base = ring.memory().address();
    private final long entries = base + RingLayout.completions(ring.parameters());
    private final CompletionQueue.Sender sender = new CompletionQueue.Sender(base, entries, 2);
    private final CompletionQueue.Receiver receiver = new CompletionQueue.Receiver(base, entries, 2);

    @Actor
    public void send() {
        sender.put(7, 8, 0, 0);
        sender.put(0, 8, 0, 9);
        sender.publish();
    }

    @Actor
    public void receive(JJ_Result result) {
        long first = receiver.next();
        if (first != 0) {
            result.r1 = RawMemory.get(first + RingLayout.CQE_TAG);
            receiver.taken();
            long second = receiver.next();
            result.r2 = second == 0 ? -1 : RawMemory.get(second + RingLayout.CQE_EXTRA);
        }
    }
}
