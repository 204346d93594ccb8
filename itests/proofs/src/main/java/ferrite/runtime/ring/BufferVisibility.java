package ferrite.runtime.ring;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolView;
import ferrite.buffer.RegionSource;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// `Ring.buffers` and `Ring.userData` are plain: written before the release of the SQE (`SubmissionQueue.Sender.send`), read
/// after its acquire (`SubmissionQueue.Receiver.next`).
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "1, 5", expect = Expect.ACCEPTABLE, desc = "the entry with its buffer and its user data")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry without them")
@State
public class BufferVisibility {
    private static final BufferSlice BUFFER = new PoolView(
                    new SharedBufferPool(
                            "stress",
                            new PoolParameters(0, 1 << 20, 1 << 20, false),
                            RegionSource.heapless(new AddressSpace())),
                    new ViewArena("stress"))
            .acquire(64, 64);
    private static final SubmissionQueueEntry ENTRY = SubmissionQueueEntry.of(StressRing.WORK);

    private final Ring ring = StressRing.make(1, 2);

    @Actor
    public void submit() {
        ring.consumer().submit(ENTRY, BUFFER, 5, null);
    }

    @Actor
    @SuppressWarnings("ReferenceEquality") // the very object that was submitted
    public void receive(II_Result result) {
        InFlight record = ring.producer().receive();
        if (record != null) {
            result.r1 = record.buffer() == BUFFER ? 1 : -1;
            result.r2 = (int) ring.userData[record.index()];
            ring.producer().complete(record, 0, 0);
        }
    }
}
