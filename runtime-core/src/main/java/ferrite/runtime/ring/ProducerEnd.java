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
public final class ProducerEnd extends Padded implements RingEnd {
    /// First word of an entry that asks for nothing and has no flags.
    private static final long NOP = Opcode.NOP.code();

    private static final int CANCEL = Opcode.CANCEL.code();
    private static final int LINK_TIMEOUT = Opcode.LINK_TIMEOUT.code();

    /// In the first word of an entry.
    private static final long ORDERED = (long) (SqeFlags.DRAIN | SqeFlags.CHAIN | SqeFlags.HARD_CHAIN) << 8;

    /// In the first word of an entry: its completion has flags.
    private static final long TOLD_OTHERWISE = (long) (SqeFlags.SUBSCRIBE | SqeFlags.SKIP_SUCCESS) << 8;

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

    /// Completions are published together: between [#holdBack] and [#publish].
    private boolean holding;

    private boolean cutShort;

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

    @Override
    public Ring ring() {
        return ring;
    }

    @Override
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

    /// Whether one of the sides has gone, or the ring is broken.
    public boolean isEnding() {
        return !ring.isOpen();
    }

    /// Whether a received entry may run that had to wait before.
    public boolean hasReady() {
        Ordering order = ordering;
        return order != null && order.hasReady();
    }

    /// Receives the next request; null if there is none. An entry with an impossible tag breaks the ring; an
    /// address range that is not the submitted buffer is answered EFAULT. In a broken ring what was received stays live
    /// until its server has been told to let go and [#abandon] is called.
    ///
    ///
    /// The whole way of a request is in this one method, which makes it longer than what the compiler would put into
    /// its callers: with them it would be too much to be compiled well (docs/adr/0022).
    public @Nullable InFlight receive() {
        Ordering order = ordering;
        // Bounded, because a consumer on another processor may send NOPs as fast as we answer them.
        for (int looks = 0; looks < looksMax; looks++) {
            long at = submissions.next();
            if (at == 0) {
                return order == null ? null : next(order);
            }
            int control = ring.control();
            if ((control & (Ring.BROKEN | Ring.CONSUMER_GONE)) != 0) {
                return order == null ? null : next(order);
            }
            long tag = RawMemory.get(at + RingLayout.SQE_TAG);
            InFlight record = recordOf(tag);
            if (record == null) {
                return null;
            }
            long head = RawMemory.get(at);
            boolean plain = control == 0 && order == null && buffers[record.index] == null;
            if (plain && (head & ~RingLayout.SQE_PHASE) == NOP) {
                submissions.taken();
                completions.put(tag, 0, 0, 0);
                answers++;
                publishUnlessHeld();
                continue;
            }
            record.state = InFlight.RECEIVED;
            record.cancelTold = false;
            record.head = head;
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
            int opcode = (int) head & 0xFF;
            if (order == null
                    && ((head & ORDERED) != 0 || opcode == LINK_TIMEOUT || (control & Ring.PRIORITIES) != 0)) {
                order = new Ordering(this);
                ordering = order;
            }
            if (order != null) {
                order.arrived(record); // all that is there, before one is chosen: a later one may be more important
            } else if (plain && opcode != CANCEL && opcode != NOP || !isAnswered(record)) {
                return record;
            }
        }
        cutShort = true;
        return order == null ? null : next(order);
    }

    /// The next one that may run.
    private @Nullable InFlight next(Ordering order) {
        for (InFlight record = order.next(); record != null; record = order.next()) {
            if (!isAnswered(record)) {
                return record;
            }
        }
        return null;
    }

    /// Whether [#receive] has stopped for a while in spite of entries that may be there. Asked once.
    public boolean wasCutShort() {
        boolean was = cutShort;
        if (was) {
            cutShort = false;
        }
        return was;
    }

    /// The record that a tag names, from now on in this use; null if there is none, and then the ring is broken.
    private @Nullable InFlight recordOf(long tag) {
        int index = (int) tag;
        if (index >= 0 && index < records.length) {
            InFlight record = records[index];
            int generation = (int) (tag >>> 32);
            if (record.state == InFlight.FREE && generation == record.generation + 2) {
                record.generation = generation;
                return record;
            }
        }
        ring.set(Ring.BROKEN); // the same tag twice, or one that was never given
        return null;
    }

    /// How many terminal completions were sent, modulo 2³². Whoever moves it on lets the consumer know.
    public int answers() {
        return answers;
    }

    /// From now on until [#publish] the consumer sees no completion: it gets them together, which is cheaper for both.
    public void holdBack() {
        holding = true;
    }

    /// Lets the consumer see all completions that were given.
    public void publish() {
        holding = false;
        completions.publish();
        Reference.reachabilityFence(ring);
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
        completions.put(record.tag(), status, CqeFlags.EVENT, extra);
        publishUnlessHeld();
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
        for (InFlight record : records) {
            if (record.state != InFlight.FREE) {
                answer(record, errno.status(), 0);
            }
        }
        if (!ring.is(Ring.BROKEN | Ring.CONSUMER_GONE)) {
            answerUnreceived(errno);
        }
        publish();
        ordering = null;
        finish();
    }

    private void answerUnreceived(Errno errno) {
        // Bounded, because the consumer may send as fast as we answer.
        for (int looks = 0; looks < records.length; looks++) {
            long at = submissions.next();
            InFlight record = at == 0 ? null : recordOf(RawMemory.get(at + RingLayout.SQE_TAG));
            if (record == null) {
                return;
            }
            record.state = InFlight.RECEIVED;
            record.head = RawMemory.get(at);
            unanswered++;
            submissions.taken();
            answer(record, errno.status(), 0);
        }
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
        completions.put(record.tag(), status, (record.head & TOLD_OTHERWISE) == 0 ? 0 : flags(record, status), extra);
        publishUnlessHeld();
    }

    private static long flags(InFlight record, long status) {
        long flags = (record.flags() & SqeFlags.SUBSCRIBE) != 0 ? CqeFlags.EVENT | CqeFlags.LAST_UPDATE : 0;
        boolean skipped = (record.flags() & SqeFlags.SKIP_SUCCESS) != 0 && status >= 0;
        return skipped ? flags | CqeFlags.SKIPPED : flags;
    }

    private void publishUnlessHeld() {
        if (!holding) {
            completions.publish();
        }
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
        if (buffer != null && !isFor(record.opcode(), buffer.access())) {
            complete(record, Errno.EACCES.status(), 0);
            return true;
        }
        if (ring.cancelWanted[record.index] == record.generation) {
            complete(record, Errno.ECANCELED.status(), 0);
            return true;
        }
        if (!ring.isAllowed(record.opcode())) {
            complete(record, Errno.EACCES.status(), 0);
            return true;
        }
        if (record.opcode() == CANCEL) {
            cancelInOrder(record);
            return true;
        }
        if (record.opcode() == NOP) {
            complete(record, 0, 0);
            return true;
        }
        return false;
    }

    private void cancelInOrder(InFlight cancel) {
        boolean any = (cancel.syscallFlags() & CancelFlags.ANY) != 0;
        boolean byFile = (cancel.syscallFlags() & CancelFlags.FILE) != 0;
        boolean all = any || (cancel.syscallFlags() & CancelFlags.ALL) != 0;
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
