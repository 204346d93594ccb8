package ferrite.runtime.ring;

import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/// One ring instance. Belongs to the kernel: both ends are views of it, and it outlives the plug-in on either end.
///
/// Its memory lives as long as anything refers to it, so a peer that holds a view after the close reads stale
/// bytes and no more.
public final class Ring {
    /// The three kinds of attachment, by who asks and who answers.
    public sealed interface Attachment {
        /// A context asks, the kernel answers.
        record UserToKernel() implements Attachment {}

        /// The kernel asks on behalf of its callers, a scheme answers. One per scheme.
        record KernelToUser() implements Attachment {}

        /// A context asks, a scheme in another context answers; the kernel is not in the way.
        record UserToUser() implements Attachment {}
    }

    private final String name;
    private final MemorySegment memory;
    private final Attachment attachment;
    private final RingParameters parameters;
    private final AtomicReference<RingState> state = new AtomicReference<>(RingState.OPEN);
    private final ConsumerEnd consumer;
    private final ProducerEnd producer;

    /// Set by the consumer when it wants requests back, cleared by the producer when it has looked.
    volatile boolean cancelsWaiting;

    public Ring(String name, Attachment attachment, RingParameters parameters) {
        this.name = name;
        this.attachment = attachment;
        this.parameters = parameters;
        memory = Arena.ofAuto().allocate(RingHeaderLayout.bytes(parameters), 4096);
        RingHeaderLayout.U32.setRelease(memory, RingHeaderLayout.VERSION, RingHeaderLayout.VERSION_NUMBER);
        InFlight[] records = new InFlight[parameters.inFlightMax()];
        for (int i = 0; i < records.length; i++) {
            records[i] = new InFlight(i);
        }
        int submissions = parameters.submissionEntries();
        int completions = parameters.completionEntries();
        long sqes = RingHeaderLayout.ENTRIES;
        long cqes = RingHeaderLayout.completions(parameters);
        long sqHead = RingHeaderLayout.SQ_HEAD;
        long sqTail = RingHeaderLayout.SQ_TAIL;
        long cqHead = RingHeaderLayout.CQ_HEAD;
        long cqTail = RingHeaderLayout.CQ_TAIL;
        long sqeBytes = SubmissionQueueEntry.BYTES;
        long cqeBytes = CompletionQueueEntry.BYTES;
        consumer = new ConsumerEnd(
                this,
                memory,
                records,
                new RingQueue.Sender(memory, sqHead, sqTail, sqes, submissions, sqeBytes),
                new RingQueue.Receiver(memory, cqHead, cqTail, cqes, completions, cqeBytes));
        producer = new ProducerEnd(
                this,
                memory,
                records,
                new RingQueue.Receiver(memory, sqHead, sqTail, sqes, submissions, sqeBytes),
                new RingQueue.Sender(memory, cqHead, cqTail, cqes, completions, cqeBytes));
    }

    /// For people: `usbscsid@1 → usb.pci-00.04.00_xhci`.
    public String name() {
        return name;
    }

    public Attachment attachment() {
        return attachment;
    }

    public RingParameters parameters() {
        return parameters;
    }

    public RingState state() {
        return state.get();
    }

    /// The end that asks.
    public ConsumerEnd consumer() {
        return consumer;
    }

    /// The end that answers.
    public ProducerEnd producer() {
        return producer;
    }

    /// One line for `rings`.
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%-16s %-8s sq %3d/%-3d cq %3d/%-3d in flight %3d/%-3d %s",
                attachment.getClass().getSimpleName(),
                state().toString().toLowerCase(Locale.ROOT),
                Math.max(0, producer.waiting()),
                parameters.submissionEntries(),
                Math.max(0, consumer.waiting()),
                parameters.completionEntries(),
                consumer.inFlight(),
                parameters.inFlightMax(),
                name);
    }

    /// What both sides share.
    MemorySegment memory() {
        return memory;
    }

    /// Moves the state to the right; never back.
    void advance(RingState to) {
        RingState now = state.updateAndGet(before -> before.compareTo(to) < 0 ? to : before);
        // ORDER: release, so that a peer that sees the status sees what was published before it. For a peer in another
        // process; inside the runtime the state is the field.
        RingHeaderLayout.U32.setRelease(memory, RingHeaderLayout.STATUS, RingHeaderLayout.status(now));
    }
}
