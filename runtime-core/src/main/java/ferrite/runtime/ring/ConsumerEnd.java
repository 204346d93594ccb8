package ferrite.runtime.ring;

import ferrite.buffer.LentSlice;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The end of a ring that asks. One owner at a time: the context's token, or the lock of the kernel's side.
///
/// Admission: a request is taken only if a record is free, and there are half as many records as completion places.
/// A record is freed when its terminal completion is *reaped*, so terminal completions never need more than that
/// half. Events of multi-shot requests are posted only while less than half of the queue is filled, so they never
/// need more than the other. Together: a completion always has a place, whatever the two sides do at the same time.
public final class ConsumerEnd {
    /// A completion with what the runtime knows of its request.
    ///
    /// @param terminal whether the record has ended
    public record Completed(
            long userData, @Nullable Object attachment, long status, long flags, long extra, boolean terminal) {

        /// As the asker sees it.
        public CompletionQueueEntry entry() {
            return new CompletionQueueEntry(userData, status, flags, extra);
        }
    }

    private final Ring ring;
    private final MemorySegment memory;
    private final InFlight[] records;
    private final int[] free;
    private final RingQueue.Sender submissions;
    private final RingQueue.Receiver completions;

    /// Completions that the consumer had to make itself, because the ring closed while it submitted.
    private final ArrayDeque<Completed> own = new ArrayDeque<>();

    private volatile int freeCount;

    ConsumerEnd(
            Ring ring,
            MemorySegment memory,
            InFlight[] records,
            RingQueue.Sender submissions,
            RingQueue.Receiver completions) {
        this.ring = ring;
        this.memory = memory;
        this.records = records;
        this.submissions = submissions;
        this.completions = completions;
        free = new int[records.length];
        for (int i = 0; i < free.length; i++) {
            free[i] = free.length - 1 - i;
        }
        freeCount = free.length;
    }

    public Ring ring() {
        return ring;
    }

    /// Records in use.
    public int inFlight() {
        return free.length - freeCount;
    }

    /// Completions that wait to be reaped; −1 if the producer wrote nonsense.
    int waiting() {
        return completions.available();
    }

    /// Whether there is something to reap.
    public boolean hasCompletion() {
        if (ring.state() == RingState.BROKEN) {
            return !own.isEmpty() || answered() != null;
        }
        return !own.isEmpty() || completions.available() != 0;
    }

    /// Sends one entry.
    ///
    /// @param userData comes back with the completion; so does `attachment`
    /// @return false if the queue is full, all records are in use, or the ring is not open
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the one owner, read by others for display
    public boolean submit(
            SubmissionQueueEntry entry, @Nullable BufferSlice buffer, long userData, @Nullable Object attachment) {
        if (freeCount == 0 || ring.state() != RingState.OPEN) {
            return false;
        }
        int used = submissions.used();
        if (used < 0) {
            ring.advance(RingState.BROKEN);
            return false;
        }
        if (used == ring.parameters().submissionEntries()) {
            return false;
        }
        if (buffer != null && !LentSlice.isOfAPool(buffer)) {
            // Its methods would run in the server's turn.
            throw new SchemeException(Errno.EINVAL, buffer.getClass().getName() + " is not a slice of a shared pool");
        }
        Guard guard = buffer == null ? null : buffer.guard(ring.name());
        InFlight record = records[free[freeCount - 1]];
        freeCount--;
        record.generation++;
        record.userData = userData;
        record.attachment = attachment;
        record.buffer = buffer;
        record.guard = guard;
        record.cancelWanted = false;
        SubmissionQueueEntry sent = new SubmissionQueueEntry(
                entry.opcode(),
                entry.flags(),
                entry.priority(),
                entry.syscallFlags(),
                entry.fd(),
                buffer == null ? entry.length() : buffer.length(),
                record.tag(),
                buffer == null ? entry.address() : buffer.address(),
                entry.offset(),
                entry.additional1(),
                entry.additional2());
        sent.encode(memory, submissions.next());
        record.state.set(InFlight.SENT);
        submissions.publish();
        // ORDER: the entry is out before we look at the state again; pairs with the fence in ProducerEnd.close, which
        // sets the state and then looks for entries. One of the two sees the other.
        VarHandle.fullFence();
        if (ring.state() != RingState.OPEN && record.state.compareAndSet(InFlight.SENT, InFlight.ANSWERED)) {
            own.add(end(record, Errno.ENODEV.status(), 0, 0));
        }
        return true;
    }

    /// Takes the next completion; null if there is none. A nonsensical one breaks the ring: from then on the shared
    /// entries mean nothing, and each record ends with EPROTO once the server has let go of it.
    public @Nullable Completed reap() {
        Completed made = own.pollFirst();
        if (made != null) {
            return made;
        }
        if (ring.state() == RingState.BROKEN) {
            InFlight record = answered();
            return record == null ? null : end(record, Errno.EPROTO.status(), 0, 0);
        }
        int available = completions.available();
        if (available == 0) {
            return null;
        }
        if (available < 0) {
            ring.advance(RingState.BROKEN);
            return null;
        }
        CompletionQueueEntry entry = CompletionQueueEntry.decode(memory, completions.next());
        completions.publish();
        int index = (int) entry.userData();
        if (index < 0 || index >= records.length || records[index].tag() != entry.userData()) {
            ring.advance(RingState.BROKEN);
            return null;
        }
        InFlight record = records[index];
        if (entry.hasMore()) {
            return new Completed(
                    record.userData, record.attachment, entry.status(), entry.flags(), entry.extra(), false);
        }
        if (record.state.get() != InFlight.ANSWERED) {
            ring.advance(RingState.BROKEN);
            return null;
        }
        return end(record, entry.status(), entry.flags(), entry.extra());
    }

    /// Asks for requests back. The producer sees it at its next turn; it must be woken.
    ///
    /// @return whether there was such a request
    public boolean cancel(long userData) {
        boolean found = false;
        for (InFlight record : records) {
            int state = record.state.get();
            if ((state == InFlight.SENT || state == InFlight.RECEIVED)
                    && record.userData == userData
                    && !record.cancelWanted) {
                record.cancelWanted = true;
                found = true;
            }
        }
        if (found) {
            ring.cancelsWaiting = true;
        }
        return found;
    }

    /// [#cancel(long)] for the request that was submitted with this very object.
    @SuppressWarnings("ReferenceEquality")
    public boolean cancelAttached(Object attachment) {
        for (InFlight record : records) {
            int state = record.state.get();
            if ((state == InFlight.SENT || state == InFlight.RECEIVED) && record.attachment == attachment) {
                record.cancelWanted = true;
                ring.cancelsWaiting = true;
                return true;
            }
        }
        return false;
    }

    /// The asking end goes: everything in flight is asked back, and from now on the producer's answers end the
    /// records, because nobody reaps any more. The producer must be woken.
    public void close() {
        ring.advance(RingState.DRAINING);
        while (reap() != null) {
            // records that were answered before the close
        }
        for (InFlight record : records) {
            record.cancelWanted = true;
        }
        ring.cancelsWaiting = true;
    }

    /// A record that the server has let go of and that was not reaped.
    private @Nullable InFlight answered() {
        for (InFlight record : records) {
            if (record.state.get() == InFlight.ANSWERED) {
                return record;
            }
        }
        return null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the one owner, read by others for display
    private Completed end(InFlight record, long status, long flags, long extra) {
        Completed completed = new Completed(record.userData, record.attachment, status, flags, extra, true);
        release(record);
        free[freeCount] = record.index;
        freeCount++;
        return completed;
    }

    static void release(InFlight record) {
        Guard guard = record.guard;
        record.attachment = null;
        record.buffer = null;
        record.guard = null;
        record.state.set(InFlight.FREE);
        if (guard != null) {
            guard.release();
        }
    }

    /// The flags of an event or of the end of a multi-shot request.
    static long eventFlags(boolean last) {
        return last ? CqeFlags.EVENT | CqeFlags.LAST_UPDATE : CqeFlags.EVENT;
    }
}
