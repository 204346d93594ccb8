package ferrite.runtime.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The end of a ring that answers. Entries are received by one owner at a time (the serving context's token, or the
/// asking context's for a ring to the kernel); answers come under the same token, or, for a ring to the kernel, under
/// the lock of that ring.
public final class ProducerEnd {
    private final Ring ring;
    private final MemorySegment memory;
    private final InFlight[] records;
    private final RingQueue.Receiver submissions;
    private final RingQueue.Sender completions;
    private final int eventsMax;

    ProducerEnd(
            Ring ring,
            MemorySegment memory,
            InFlight[] records,
            RingQueue.Receiver submissions,
            RingQueue.Sender completions) {
        this.ring = ring;
        this.memory = memory;
        this.records = records;
        this.submissions = submissions;
        this.completions = completions;
        eventsMax = ring.parameters().completionEntries() / 2;
    }

    public Ring ring() {
        return ring;
    }

    /// Entries that wait to be received; −1 if the consumer wrote nonsense.
    public int waiting() {
        return submissions.available();
    }

    /// Receives the next request; null if there is none. An entry with an impossible tag breaks the ring; an
    /// address range that is not the submitted buffer is answered EFAULT. In a broken ring what was received stays live
    /// until its server has been told to let go and [#abandon] is called.
    public @Nullable InFlight receive() {
        while (true) {
            int available = submissions.available();
            if (available == 0) {
                return null;
            }
            if (available < 0) {
                ring.advance(RingState.BROKEN);
                return null;
            }
            SubmissionQueueEntry entry = SubmissionQueueEntry.decode(memory, submissions.next());
            submissions.publish();
            int index = (int) entry.userData();
            if (index < 0 || index >= records.length || records[index].tag() != entry.userData()) {
                ring.advance(RingState.BROKEN);
                return null;
            }
            InFlight record = records[index];
            if (!record.state.compareAndSet(InFlight.SENT, InFlight.RECEIVED)) {
                if (ring.state() == RingState.OPEN) {
                    ring.advance(RingState.BROKEN); // the same tag twice
                    return null;
                }
                continue; // the other end answered it when it closed
            }
            take(record, entry);
            if (record.buffer != null
                    && (entry.address() != record.buffer.address() || entry.length() != record.buffer.length())) {
                complete(record, Errno.EFAULT.status(), 0);
                continue;
            }
            if (entry.opcode() == Opcode.CANCEL.code()) {
                cancelInOrder(record);
                continue;
            }
            return record;
        }
    }

    /// Answers a received request.
    ///
    /// @return false if it had been answered before
    public boolean complete(InFlight record, long status, long extra) {
        if (!record.state.compareAndSet(InFlight.RECEIVED, InFlight.ANSWERED)) {
            return false;
        }
        answer(record, status, extra);
        return true;
    }

    /// Posts an event of a multi-shot request.
    ///
    /// @return false if there is no place for an event now
    public boolean post(InFlight record, long status, long extra) {
        if (ring.state() != RingState.OPEN) {
            return true; // nobody reads it
        }
        int used = completions.used();
        if (used < 0) {
            ring.advance(RingState.BROKEN);
            return true;
        }
        if (used >= eventsMax) {
            return false;
        }
        push(record.tag(), status, ConsumerEnd.eventFlags(false), extra);
        return true;
    }

    /// Whether the consumer asked for requests back since the last [#forEachCancelled].
    public boolean cancelsWaiting() {
        return ring.cancelsWaiting;
    }

    /// Shows every received request that the consumer wants back, each once.
    public void forEachCancelled(Consumer<InFlight> action) {
        ring.cancelsWaiting = false;
        for (InFlight record : records) {
            if (record.cancelWanted && !record.cancelTold && record.state.get() == InFlight.RECEIVED) {
                record.cancelTold = true;
                action.accept(record);
            }
        }
    }

    /// Shows every request that was received and not answered.
    public void forEachReceived(Consumer<InFlight> action) {
        for (InFlight record : records) {
            if (record.state.get() == InFlight.RECEIVED) {
                action.accept(record);
            }
        }
    }

    /// Requests that were received and not answered.
    public int received() {
        int count = 0;
        for (InFlight record : records) {
            if (record.state.get() == InFlight.RECEIVED) {
                count++;
            }
        }
        return count;
    }

    /// After the consumer has closed: drops what was not received yet.
    ///
    /// @return whether nothing is outstanding any more, so that the ring is closed
    public boolean drained() {
        for (InFlight record : records) {
            if (record.state.compareAndSet(InFlight.SENT, InFlight.ANSWERED)) {
                ConsumerEnd.release(record);
            }
        }
        if (received() > 0) {
            return false;
        }
        ring.advance(RingState.CLOSED);
        return true;
    }

    /// The answering end goes: everything outstanding and everything that is still sent is answered with this error.
    public void close(Errno errno) {
        boolean reaped = ring.state() == RingState.OPEN;
        ring.advance(RingState.CLOSED);
        // ORDER: the state is set before we look for sent entries; pairs with the fence in ConsumerEnd.submit.
        VarHandle.fullFence();
        for (InFlight record : records) {
            if (letGo(record)) {
                if (reaped) {
                    push(record.tag(), errno.status(), 0, 0);
                } else if (ring.state() == RingState.CLOSED) {
                    ConsumerEnd.release(record);
                }
            }
        }
    }

    /// In a broken ring: lets go of everything; the consumer ends the records.
    public void abandon() {
        for (InFlight record : records) {
            letGo(record);
        }
    }

    private static boolean letGo(InFlight record) {
        return record.state.compareAndSet(InFlight.RECEIVED, InFlight.ANSWERED)
                || record.state.compareAndSet(InFlight.SENT, InFlight.ANSWERED);
    }

    private void answer(InFlight record, long status, long extra) {
        RingState state = ring.state();
        if (state == RingState.DRAINING) {
            ConsumerEnd.release(record); // nobody reaps any more
            return;
        }
        if (state == RingState.BROKEN) {
            return; // the consumer looks at the record itself
        }
        boolean multiShot = (record.flags & SqeFlags.SUBSCRIBE) != 0;
        push(record.tag(), status, multiShot ? ConsumerEnd.eventFlags(true) : 0, extra);
    }

    private void push(long tag, long status, long flags, long extra) {
        new CompletionQueueEntry(tag, status, flags, extra).encode(memory, completions.next());
        completions.publish();
    }

    private void cancelInOrder(InFlight cancel) {
        boolean found = false;
        for (InFlight record : records) {
            if (record != cancel && record.state.get() == InFlight.RECEIVED && record.userData == cancel.additional1) {
                record.cancelWanted = true;
                found = true;
            }
        }
        if (found) {
            ring.cancelsWaiting = true;
        }
        complete(cancel, found ? 0 : Errno.ENOENT.status(), 0);
    }

    private static void take(InFlight record, SubmissionQueueEntry entry) {
        record.cancelTold = false;
        record.opcode = entry.opcode();
        record.flags = entry.flags();
        record.syscallFlags = entry.syscallFlags();
        record.fd = entry.fd();
        record.length = entry.length();
        record.address = entry.address();
        record.offset = entry.offset();
        record.additional1 = entry.additional1();
        record.additional2 = entry.additional2();
    }
}
