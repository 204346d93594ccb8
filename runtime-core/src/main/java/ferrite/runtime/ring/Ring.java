package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/// One ring instance. Belongs to the kernel: both ends are views of it, and it outlives the plug-in on either end.
///
/// Its memory lives as long as anything refers to it, so a peer that holds a view after the close reads stale
/// bytes and no more. Both ends reach it by address; whoever calls an end holds the end, and with it the ring.
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

    // What both ends know of the ring besides its entries, in one word: 0 on the fast path.

    /// The consumer has closed: nobody submits or reaps any more.
    static final int CONSUMER_GONE = 1;
    /// The producer has closed, or has finished what a closed consumer left: nothing will be touched or answered.
    static final int PRODUCER_GONE = 2;
    /// One side met an impossible count or tag: the shared entries mean nothing.
    static final int BROKEN = 4;
    /// A request was asked back, once at least.
    static final int CANCELS = 8;
    /// An entry had a priority, once at least.
    static final int PRIORITIES = 16;
    /// Only some opcodes are served.
    static final int RESTRICTED = 32;

    private static final int LIFE = CONSUMER_GONE | PRODUCER_GONE | BROKEN;
    private static final AtomicIntegerFieldUpdater<Ring> CONTROL =
            AtomicIntegerFieldUpdater.newUpdater(Ring.class, "control");

    private final String name;
    private final MemorySegment memory;
    private final Attachment attachment;
    private final RingParameters parameters;
    private volatile int control;
    private final ConsumerEnd consumer;
    private final ProducerEnd producer;

    // What the ends tell each other besides the entries, by record. Written by the consumer before it publishes the
    // entry (release), read by the producer after it has seen it (acquire), and not changed while it is in flight.

    /// The caller's own tags.
    final long[] userData;
    /// What was submitted with an entry.
    final @Nullable BufferSlice[] buffers;
    /// The use of a record that the consumer wants back. Followed by a write of [#cancelsWaiting].
    final int[] cancelWanted;

    /// Set by the consumer when it wants requests back, cleared by the producer when it has looked.
    volatile boolean cancelsWaiting;

    /// Set by the producer when there was no place for an event, cleared by the consumer when it has made some.
    volatile boolean eventsBlocked;

    /// Bit set of the opcodes that are served; null: all.
    volatile long @Nullable [] allowed;

    public Ring(String name, Attachment attachment, RingParameters parameters) {
        this.name = name;
        this.attachment = attachment;
        this.parameters = parameters;
        memory = Arena.ofAuto().allocate(RingLayout.bytes(parameters), 4096);
        int records = parameters.inFlightMax();
        userData = new long[records];
        buffers = new BufferSlice[records];
        cancelWanted = new int[records];
        long base = memory.address();
        RawMemory.setRelease(base + RingLayout.VERSION, RingLayout.VERSION_NUMBER);
        int submissions = parameters.submissionEntries();
        int completions = parameters.completionEntries();
        long completionsAt = base + RingLayout.completions(parameters);
        consumer = new ConsumerEnd(
                this,
                new SubmissionQueue.Sender(base, submissions),
                new CompletionQueue.Receiver(base, completionsAt, completions));
        producer = new ProducerEnd(
                this,
                new SubmissionQueue.Receiver(base, submissions),
                new CompletionQueue.Sender(base, completionsAt, completions));
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
        int now = control & LIFE;
        if (now == 0) {
            return RingState.OPEN;
        }
        if ((now & BROKEN) != 0) {
            return RingState.BROKEN;
        }
        return (now & PRODUCER_GONE) != 0 ? RingState.CLOSED : RingState.DRAINING;
    }

    /// The end that asks.
    public ConsumerEnd consumer() {
        return consumer;
    }

    /// The end that answers.
    public ProducerEnd producer() {
        return producer;
    }

    /// What was submitted and not reaped. Any thread, for display.
    public List<RingRequest> requests() {
        return new RingRequests(this).list();
    }

    /// The use of a record that is in flight, never 0; otherwise 0. Any thread, for display.
    public int useInFlight(int record) {
        return consumer.useInFlight(record);
    }

    /// One line for `rings`.
    ///
    /// @param oldest age of the request that has waited longest
    public String describe(String oldest) {
        return String.format(
                Locale.ROOT,
                "%-16s %-8s sq %s cq %s in flight %3d/%-3d %-17s %s",
                attachment.getClass().getSimpleName(),
                state().toString().toLowerCase(Locale.ROOT),
                producer.fill(parameters.submissionEntries()),
                consumer.fill(parameters.completionEntries()),
                consumer.inFlight(),
                parameters.inFlightMax(),
                oldest,
                name);
    }

    /// What both sides share.
    MemorySegment memory() {
        return memory;
    }

    /// The word of bits above.
    int control() {
        return control;
    }

    boolean isOpen() {
        return (control & LIFE) == 0;
    }

    boolean is(int bit) {
        return (control & bit) != 0;
    }

    /// @return the bits before
    int set(int bit) {
        int before = CONTROL.getAndUpdate(this, now -> now | bit);
        // For a peer in another process; inside the runtime the state is the field.
        RawMemory.setRelease(memory.address() + RingLayout.STATUS, RingLayout.status(state()));
        return before;
    }

    /// From now on only these opcodes are served. Cannot be widened.
    void restrict(int[] opcodes) {
        long[] wanted = new long[4];
        for (int opcode : opcodes) {
            wanted[opcode >> 6] |= 1L << opcode;
        }
        long[] before = allowed;
        if (before != null) {
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] &= before[i];
            }
        }
        allowed = wanted;
        set(RESTRICTED);
    }

    boolean isAllowed(int opcode) {
        long[] set = allowed;
        return set == null || (set[opcode >> 6] & 1L << opcode) != 0;
    }
}
