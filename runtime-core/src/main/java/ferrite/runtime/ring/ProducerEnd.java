package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The end of a ring that answers. One owner at a time: the serving context's token, or the asking context's for a ring
/// to the kernel.
@SuppressWarnings("ReachabilityFenceUsage") // an exception leaves the ring reachable too
public final class ProducerEnd extends Padded {
    /// First word of an entry that asks for nothing and has no flags.
    private static final long NOP = Opcode.NOP.code();

    private static final int CANCEL = Opcode.CANCEL.code();
    private static final int ORDERED = SqeFlags.DRAIN | SqeFlags.CHAIN | SqeFlags.HARD_CHAIN;

    private final Ring ring;
    private final InFlight[] records;
    private final @Nullable BufferSlice[] buffers;
    private final SubmissionQueue.Receiver submissions;
    private final CompletionQueue.Sender completions;
    private final int eventsMax;
    private final int looksMax;

    /// Entries that wait for others, or for those of a higher priority; made when the first one needs it.
    private @Nullable Ordering ordering;

    private int unanswered;

    /// Terminal completions that were sent. Those that the ring gives by itself count as well.
    private int answers;
    private long arrivals;

    ProducerEnd(Ring ring, SubmissionQueue.Receiver submissions, CompletionQueue.Sender completions) {
        this.ring = ring;
        this.submissions = submissions;
        this.completions = completions;
        records = new InFlight[ring.parameters().inFlightMax()];
        for (int i = 0; i < records.length; i++) {
            records[i] = new InFlight(ring, i);
        }
        buffers = ring.buffers;
        looksMax = 2 * ring.parameters().submissionEntries();
        eventsMax = ring.parameters().completionEntries() / 2;
    }

    public Ring ring() {
        return ring;
    }

    /// Entries that wait to be received. Any thread.
    public int waiting() {
        return Math.clamp(
                (long) ring.consumer().sent() - submissions.received(),
                0,
                ring.parameters().submissionEntries());
    }

    /// What this side knows of a record. Any thread, for display.
    InFlight recordAt(int index) {
        return records[index];
    }

    /// Whether an entry waits to be received. Any thread.
    public boolean hasWaiting() {
        return submissions.hasNext() && !ring.is(Ring.BROKEN | Ring.CONSUMER_GONE);
    }

    /// Whether a received entry may run that had to wait before.
    public boolean hasReady() {
        Ordering order = ordering;
        return order != null && order.hasReady();
    }

    /// Receives the next request; null if there is none. An entry with an impossible tag breaks the ring; an
    /// address range that is not the submitted buffer is answered EFAULT. In a broken ring what was received stays live
    /// until its server has been told to let go and [#abandon] is called.
    public @Nullable InFlight receive() {
        Ordering order = ordering;
        if (order != null) {
            return receiveInOrder(order);
        }
        // Bounded, because a consumer on another processor may send NOPs as fast as we answer them.
        for (int looks = 0; looks < looksMax; looks++) {
            long at = submissions.next();
            if (at == 0) {
                return null;
            }
            int control = ring.control();
            if (control == 0 && (RawMemory.get(at) & ~RingLayout.SQE_PHASE) == NOP && answerNop(at)) {
                continue;
            }
            InFlight record = take(at);
            if (record == null) {
                return null;
            }
            if ((record.flags & ORDERED) != 0
                    || record.opcode == Opcode.LINK_TIMEOUT.code()
                    || (control & Ring.PRIORITIES) != 0) {
                Ordering first = new Ordering(this);
                ordering = first;
                first.arrived(record);
                return receiveInOrder(first);
            }
            boolean plain = control == 0 && buffers[record.index] == null;
            if (plain && record.opcode != CANCEL && record.opcode != NOP || !isAnswered(record)) {
                return record;
            }
        }
        return null;
    }

    /// How many terminal completions were sent, modulo 2³². Whoever moves it on lets the consumer know.
    public int answers() {
        return answers;
    }

    private @Nullable InFlight receiveInOrder(Ordering order) {
        // All that is there, before one is chosen: a later one may be more important.
        for (long at = submissions.next(); at != 0; at = submissions.next()) {
            InFlight record = take(at);
            if (record == null) {
                break;
            }
            order.arrived(record);
        }
        for (InFlight record = order.next(); record != null; record = order.next()) {
            if (!isAnswered(record)) {
                return record;
            }
        }
        return null;
    }

    /// Answers a received request.
    ///
    /// @return false if it had been answered before
    public boolean complete(InFlight record, long status, long extra) {
        if (record.state != InFlight.RECEIVED) {
            return false;
        }
        answer(record, status, extra);
        Ordering order = ordering;
        if (order != null) {
            order.answered(record, status);
        }
        return true;
    }

    /// Posts an event of a multi-shot request.
    ///
    /// @return false if there is no place for an event now
    public boolean post(InFlight record, long status, long extra) {
        if (!ring.isOpen()) {
            return true; // nobody reads it
        }
        int used = completions.used();
        if (used >= eventsMax) {
            ring.eventsBlocked = true;
            // ORDER: the wish stands before we look again; pairs with the fence in ConsumerEnd.unblocksEvents.
            VarHandle.fullFence();
            used = completions.used();
            if (used >= eventsMax) {
                return false;
            }
        }
        if (used < 0) {
            ring.set(Ring.BROKEN);
            return true;
        }
        completions.send(record.tag(), status, CqeFlags.EVENT, extra);
        Reference.reachabilityFence(ring);
        return true;
    }

    /// Whether the consumer asked for requests back since the last [#forEachCancelled].
    public boolean cancelsWaiting() {
        return ring.cancelsWaiting;
    }

    /// Shows every received request that the consumer wants back, each once. Those that wait for others are answered
    /// ECANCELED at once.
    public void forEachCancelled(Consumer<InFlight> action) {
        ring.cancelsWaiting = false;
        for (InFlight record : records) {
            if (record.state != InFlight.FREE
                    && !record.cancelTold
                    && ring.cancelWanted[record.index] == record.generation) {
                record.cancelTold = true;
                if (record.state == InFlight.HELD) {
                    cancelHeld(record);
                } else {
                    action.accept(record);
                }
            }
        }
    }

    /// Shows every request that was received and not answered.
    public void forEachReceived(Consumer<InFlight> action) {
        for (InFlight record : records) {
            if (record.state == InFlight.RECEIVED) {
                action.accept(record);
            }
        }
    }

    /// Requests that were received and not answered, those that wait for others included. Any thread.
    public int received() {
        return unanswered;
    }

    /// Whether the scheme still has a request, those that wait for others not included.
    public boolean isHeld() {
        for (InFlight record : records) {
            if (record.state == InFlight.RECEIVED) {
                return true;
            }
        }
        return false;
    }

    /// After the consumer has closed: forgets what was not received yet.
    ///
    /// @return whether nothing is outstanding any more, so that the ring is closed
    public boolean drained() {
        if (unanswered > 0) {
            return false;
        }
        finish();
        return true;
    }

    /// The answering end goes: everything outstanding and everything that is still sent is answered with this error.
    /// What is submitted while this happens ends with ENODEV on the consumer's side.
    public void close(Errno errno) {
        if (!ring.is(Ring.BROKEN)) {
            for (long at = submissions.next(); at != 0 && take(at) != null; at = submissions.next()) {
                // received, to be answered like the others
            }
        }
        for (InFlight record : records) {
            if (record.state != InFlight.FREE) {
                answer(record, errno.status(), 0);
            }
        }
        ordering = null;
        finish();
    }

    /// In a broken ring: lets go of everything; the consumer ends the records.
    public void abandon() {
        for (InFlight record : records) {
            record.state = InFlight.FREE;
        }
        unanswered = 0;
        ordering = null;
        finish();
    }

    /// Answers without a look at who waits for it.
    void answer(InFlight record, long status, long extra) {
        record.state = InFlight.FREE;
        unanswered--;
        answers++;
        if (ring.is(Ring.CONSUMER_GONE | Ring.BROKEN)) {
            return; // nobody reaps; the last to go gives the buffers back
        }
        long flags = (record.flags & SqeFlags.SUBSCRIBE) != 0 ? CqeFlags.EVENT | CqeFlags.LAST_UPDATE : 0;
        if ((record.flags & SqeFlags.SKIP_SUCCESS) != 0 && status >= 0) {
            flags |= CqeFlags.SKIPPED;
        }
        completions.send(record.tag(), status, flags, extra);
        Reference.reachabilityFence(ring);
    }

    int unansweredBefore(long arrival) {
        int count = 0;
        for (InFlight record : records) {
            if (record.state != InFlight.FREE && record.arrival < arrival) {
                count++;
            }
        }
        return count;
    }

    /// What a held entry of a chain waits for; null if it waits for nothing, or not in a chain.
    @Nullable
    InFlight predecessorOf(InFlight successor) {
        for (InFlight record : records) {
            if (record.successor == successor && record.state != InFlight.FREE) {
                return record;
            }
        }
        return null;
    }

    private void finish() {
        int before = ring.set(Ring.PRODUCER_GONE);
        if ((before & (Ring.CONSUMER_GONE | Ring.PRODUCER_GONE)) == Ring.CONSUMER_GONE) {
            ring.consumer().releaseAll();
        }
    }

    /// Whether a buffer that gives this access will do; of a private opcode only its scheme knows.
    private static boolean isFor(int opcode, Access access) {
        return switch (Opcode.ofOrNop(opcode)) {
            case READ, PREAD, FSTAT, FPATH, FSTATVFS, GETDENTS -> access.canWrite();
            case WRITE,
                    PWRITE,
                    OPEN,
                    OPEN_AT,
                    DUP,
                    UNLINK,
                    RMDIR,
                    FRENAME,
                    READV,
                    PREADV,
                    WRITEV,
                    PWRITEV,
                    FUTEX_WAIT -> access.canRead();
            default -> true;
        };
    }

    /// @return whether it was answered here: it is not for the scheme
    private boolean isAnswered(InFlight record) {
        BufferSlice buffer = buffers[record.index];
        if (buffer != null && (record.address != buffer.address() || record.length != buffer.length())) {
            complete(record, Errno.EFAULT.status(), 0);
            return true;
        }
        if (buffer != null && !isFor(record.opcode, buffer.access())) {
            complete(record, Errno.EACCES.status(), 0);
            return true;
        }
        if (ring.cancelWanted[record.index] == record.generation) {
            complete(record, Errno.ECANCELED.status(), 0);
            return true;
        }
        if (!ring.isAllowed(record.opcode)) {
            complete(record, Errno.EACCES.status(), 0);
            return true;
        }
        if (record.opcode == CANCEL) {
            cancelInOrder(record);
            return true;
        }
        if (record.opcode == NOP) {
            complete(record, 0, 0);
            return true;
        }
        return false;
    }

    /// Answers a plain NOP, which nobody but the ring serves, without a copy of its fields.
    ///
    /// @return false if the tag is impossible or there is a buffer to be checked
    private boolean answerNop(long at) {
        long tag = RawMemory.get(at + RingLayout.SQE_TAG);
        int index = (int) tag;
        if (index < 0 || index >= records.length || buffers[index] != null) {
            return false;
        }
        InFlight record = records[index];
        int generation = (int) (tag >>> 32);
        if (record.state != InFlight.FREE || generation != record.generation + 2) {
            return false;
        }
        record.generation = generation;
        submissions.taken();
        completions.send(tag, 0, 0, 0);
        answers++;
        return true;
    }

    /// Copies the entry into its record; null if there is no such record, and then the ring is broken.
    private @Nullable InFlight take(long at) {
        if (ring.is(Ring.BROKEN | Ring.CONSUMER_GONE)) {
            return null;
        }
        long tag = RawMemory.get(at + RingLayout.SQE_TAG);
        int index = (int) tag;
        if (index < 0 || index >= records.length) {
            ring.set(Ring.BROKEN);
            return null;
        }
        InFlight record = records[index];
        int generation = (int) (tag >>> 32);
        if (record.state != InFlight.FREE || generation != record.generation + 2) {
            ring.set(Ring.BROKEN); // the same tag twice, or one that was never given
            return null;
        }
        long head = RawMemory.get(at);
        record.generation = generation;
        record.state = InFlight.RECEIVED;
        record.cancelTold = false;
        record.opcode = (int) head & 0xFF;
        record.flags = (int) (head >>> 8) & SqeFlags.MASK;
        record.priority = (int) (head >>> 16) & 0xFFFF;
        record.syscallFlags = (int) (head >>> 32);
        record.fd = RawMemory.get(at + RingLayout.SQE_FD);
        record.length = RawMemory.get(at + RingLayout.SQE_LENGTH);
        record.address = RawMemory.get(at + RingLayout.SQE_ADDRESS);
        record.offset = RawMemory.get(at + RingLayout.SQE_OFFSET);
        record.additional1 = RawMemory.get(at + RingLayout.SQE_ADDITIONAL1);
        record.additional2 = RawMemory.get(at + RingLayout.SQE_ADDITIONAL2);
        record.arrival = arrivals++;
        unanswered++;
        submissions.taken();
        Reference.reachabilityFence(ring);
        return record;
    }

    private void cancelInOrder(InFlight cancel) {
        boolean any = (cancel.syscallFlags & CancelFlags.ANY) != 0;
        boolean byFile = (cancel.syscallFlags & CancelFlags.FILE) != 0;
        boolean all = any || (cancel.syscallFlags & CancelFlags.ALL) != 0;
        InFlight oldest = null;
        int found = 0;
        for (InFlight record : records) {
            if (record.state == InFlight.FREE
                    || record.index == cancel.index
                    || !any && (byFile ? record.fd != cancel.fd : ring.userData[record.index] != cancel.additional1)) {
                continue;
            }
            if (all) {
                ring.cancelWanted[record.index] = record.generation;
                found++;
            } else if (oldest == null || record.arrival < oldest.arrival) {
                oldest = record;
            }
        }
        if (oldest != null) {
            ring.cancelWanted[oldest.index] = oldest.generation;
        }
        if (oldest == null && found == 0) {
            complete(cancel, Errno.ENOENT.status(), 0);
            return;
        }
        ring.set(Ring.CANCELS);
        ring.cancelsWaiting = true;
        complete(cancel, found, 0);
    }

    private void cancelHeld(InFlight record) {
        Ordering order = ordering;
        if (order != null) {
            order.withdraw(record);
        }
    }
}
