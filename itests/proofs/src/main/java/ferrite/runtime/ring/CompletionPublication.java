package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The release of a CQE's flags (`CompletionQueue.Sender.send`) and its acquire (`CompletionQueue.Receiver.next`).
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "7, 9", expect = Expect.ACCEPTABLE, desc = "whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry in parts")
@State
public class CompletionPublication {
    private final Ring ring = StressRing.make(1, 2);
    private final long base = ring.memory().address();
    private final long entries = base + RingLayout.completions(ring.parameters());
    private final CompletionQueue.Sender sender = new CompletionQueue.Sender(base, entries, 2);
    private final CompletionQueue.Receiver receiver = new CompletionQueue.Receiver(base, entries, 2);

    @Actor
    public void send() {
        sender.send(7, 8, 0, 9);
    }

    @Actor
    public void receive(JJ_Result result) {
        long at = receiver.next();
        if (at != 0) {
            result.r1 = RawMemory.get(at + RingLayout.CQE_TAG);
            result.r2 = RawMemory.get(at + RingLayout.CQE_EXTRA);
        }
    }
}
