package ferrite.runtime.ring;

import ferrite.buffer.Holder;
import ferrite.buffer.Slices;
import ferrite.buffer.raw.RawMemory;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// The end of a ring that asks. One owner at a time: the context's token, or the lock of the kernel's side.
///
/// Admission: a request is taken only if a record is free, and there are half as many records as completion places.
/// A record is freed when its terminal completion is *reaped*, so terminal completions never need more than that
/// half. Events of multi-shot requests are posted only while less than half of the queue is filled, so they never
/// need more than the other. Together: a completion always has a place, whatever the two sides do at the same time.
///
/// Close: each side sets its bit once ([Ring#CONSUMER_GONE], [Ring#PRODUCER_GONE]). The producer sets its own only when
/// it holds no request any more. Whichever side comes second gives back the buffers that are left: then nobody can
/// touch them, and it happens once.
@SuppressWarnings({"ReachabilityFenceUsage", "ReferenceEquality"
}) // an exception leaves the ring reachable too; attachments are compared as objects
public final class ConsumerEnd extends Padded implements RingEnd {
    private static final long SUBSCRIBE = (long) SqeFlags.SUBSCRIBE << 8;

    /// What this side must know of, in the first word of an entry.
    private static final long SPECIAL = SUBSCRIBE | SubmissionQueueEntry.PRIORITY_MASK;

    /// Who holds the buffer of one record, for reports.
    private static final class Hold implements Holder {
        private final Ring ring;
        private final int index;
        private volatile long since;

        Hold(Ring ring, int index) {
            this.ring = ring;
            this.index = index;
        }

        @Override
        public String holder() {
            return "ring " + ring.name() + ", request " + index;
        }

        @Override
        public long heldSinceNanos() {
            return since;
        }
    }

    private final Ring ring;
    private final SubmissionQueue.Sender submissions;
    private final CompletionQueue.Receiver completions;
    private final @Nullable Object[] attachments;
    private final Hold[] holds;
    private final long[] tags;
    private final @Nullable BufferSlice[] buffers;

    /// The uses of each record: odd while it is in flight. The upper half of the tag.
    private final int[] uses;

    private final int[] free;
    private int freeCount;

    /// Records of requests that have an attachment, a buffer, or more than one completion.
    private final boolean[] marked;

    private final boolean[] subscribed;

    /// Multi-shot requests in flight: only with them an event can have been without a place.
    private int subscriptions;

    /// Completions taken when the producer was last told that there is a place.
    private int unblockedAt;

    // The completion that was taken last.
    private long userData;
    private @Nullable Object attachment;
    private long status;
    private long flags;
    private long extra;
    private boolean terminal;

    ConsumerEnd(Ring ring, SubmissionQueue.Sender submissions, CompletionQueue.Receiver completions) {
        this.ring = ring;
        this.submissions = submissions;
        this.completions = completions;
        int records = ring.parameters().inFlightMax();
        attachments = new Object[records];
        holds = new Hold[records];
        tags = ring.userData;
        buffers = ring.buffers;
        uses = new int[records];
        marked = new boolean[records];
        subscribed = new boolean[records];
        free = new int[records];
        for (int i = 0; i < records; i++) {
            free[i] = records - 1 - i;
            holds[i] = new Hold(ring, i);
        }
        freeCount = records;
    }

    @Override
    public Ring ring() {
        return ring;
    }

    /// Records in use. Any thread.
    public int inFlight() {
        return free.length - freeCount;
    }

    /// The use of a record that is in flight, never 0; otherwise 0. Any thread, for display.
    int useInFlight(int index) {
        return isUsed(index) ? uses[index] : 0;
    }

    @Override
    public int waiting() {
        return available(ring.parameters().completionEntries());
    }

    /// How many completions wait to be reaped, at most `limit`. Any thread.
    public int available(int limit) {
        int found = ring.is(Ring.BROKEN) ? 0 : completions.available(limit);
        return found == 0 && ring.is(Ring.PRODUCER_GONE) ? Math.min(limit, inFlight()) : found;
    }

    /// Whether there is something to reap.
    public boolean hasCompletion() {
        return available(1) != 0;
    }

    /// How many entries were put, modulo 2³². Any thread.
    int sent() {
        return submissions.sent();
    }

    /// Whether a submission would be taken.
    public boolean hasRoom() {
        return freeCount > 0 && ring.isOpen() && submissions.room() > 0;
    }

    /// Sends one entry.
    ///
    /// @param userData comes back with the completion; so does `attachment`
    /// @return false if the queue is full, all records are in use, or the ring is not open
    public boolean submit(
            SubmissionQueueEntry entry, @Nullable BufferSlice buffer, long userData, @Nullable Object attachment) {
        return submit(
                entry.head(),
                entry.fd(),
                buffer == null ? entry.length() : buffer.length(),
                buffer == null ? entry.address() : buffer.address(),
                entry.offset(),
                entry.additional1(),
                entry.additional2(),
                buffer,
                userData,
                attachment);
    }

    /// Sends one entry by its words: [#put] and [#publish].
    public boolean submit(
            long head,
            long fd,
            long length,
            long address,
            long offset,
            long additional1,
            long additional2,
            @Nullable BufferSlice buffer,
            long userData,
            @Nullable Object attachment) {
        boolean sent = put(head, fd, length, address, offset, additional1, additional2, buffer, userData, attachment);
        publish();
        return sent;
    }

    /// Lets the producer see what was put.
    public void publish() {
        submissions.publish();
        Reference.reachabilityFence(ring);
    }

    /// Puts one entry into the queue, by its words. The producer sees it after [#publish].
    ///
    /// @param head [SubmissionQueueEntry#head()]
    /// @return false if the queue is full, all records are in use, or the ring is not open
    public boolean put(
            long head,
            long fd,
            long length,
            long address,
            long offset,
            long additional1,
            long additional2,
            @Nullable BufferSlice buffer,
            long userData,
            @Nullable Object attachment) {
        int count = freeCount - 1;
        if (count < 0 || submissions.room() <= 0 || ring.control() != 0) {
            if (!mayStill()) {
                return false;
            }
        }
        count = freeCount - 1;
        int index = free[count];
        if (buffer != null || attachment != null || (head & SPECIAL) != 0) {
            mark(index, head, buffer, attachment);
        }
        freeCount = count;
        int use = uses[index] + 1;
        uses[index] = use;
        tags[index] = userData;
        submissions.put(head, fd, length, (long) use << 32 | index, address, offset, additional1, additional2);
        Reference.reachabilityFence(ring);
        return true;
    }

    private void mark(int index, long head, @Nullable BufferSlice buffer, @Nullable Object with) {
        if (buffer != null) {
            guard(index, buffer); // may throw: nothing has changed yet
        }
        if ((head & SubmissionQueueEntry.PRIORITY_MASK) != 0 && !ring.is(Ring.PRIORITIES)) {
            ring.set(Ring.PRIORITIES);
        }
        attachments[index] = with;
        if ((head & SUBSCRIBE) != 0) {
            subscribed[index] = true;
            subscriptions++;
        }
        marked[index] = true;
    }

    /// Off the fast path: whether a submission can be taken all the same.
    private boolean mayStill() {
        if (submissions.room() < 0) {
            ring.set(Ring.BROKEN);
        }
        // Successes that are not delivered keep their records until somebody looks.
        while (freeCount == 0 && !ring.is(Ring.BROKEN) && completions.isNextSkipped()) {
            if (!takeSkipped()) {
                break;
            }
        }
        return hasRoom();
    }

    /// Takes the next completion, which then stands in [#userData()] and its neighbours until the next call. A nonsensical
    /// one breaks the ring: from then on the shared entries mean nothing, and each record ends with EPROTO once the
    /// producer has let go of all.
    ///
    /// @return false if there was none to be taken
    public boolean reap() {
        // Read before the queue is looked at: what was answered before the producer went is found there.
        int control = ring.control();
        if ((control & Ring.CONSUMER_GONE) != 0) {
            return false; // what is left is given back by whoever went second, perhaps at this moment
        }
        if ((control & Ring.BROKEN) != 0) {
            return (control & Ring.PRODUCER_GONE) != 0 && endOne(Errno.EPROTO);
        }
        while (true) {
            long at = completions.next();
            if (at == 0) {
                return (control & Ring.PRODUCER_GONE) != 0 && endOne(Errno.ENODEV);
            }
            long tag = RawMemory.get(at + RingLayout.CQE_TAG);
            status = RawMemory.get(at + RingLayout.CQE_STATUS);
            long bits = RawMemory.get(at + RingLayout.CQE_FLAGS) & ~RingLayout.CQE_PHASE;
            extra = RawMemory.get(at + RingLayout.CQE_EXTRA);
            flags = bits;
            completions.taken();
            int index = (int) tag;
            if (!isOf(index, tag)) {
                ring.set(Ring.BROKEN);
                return false;
            }
            userData = tags[index];
            Object with = marked[index] ? attachments[index] : null;
            if (with != attachment) {
                attachment = with; // a reference that is written costs more than one that is compared
            }
            if (bits == 0) {
                end(index);
                return true;
            }
            terminal = (bits & (CqeFlags.EVENT | CqeFlags.LAST_UPDATE)) != CqeFlags.EVENT;
            if (terminal) {
                end(index);
            }
            if ((bits & CqeFlags.SKIPPED) == 0) {
                return true;
            }
        }
    }

    /// Whether a record is in flight, and in the use that a tag names.
    private boolean isOf(int index, long tag) {
        int use = (int) (tag >>> 32);
        return index >= 0 && index < uses.length && uses[index] == use && (use & 1) != 0;
    }

    /// The caller's own tag.
    public long userData() {
        return userData;
    }

    /// What was submitted with the entry.
    public @Nullable Object attachment() {
        return attachment;
    }

    /// A value, or a negative error number.
    public long status() {
        return status;
    }

    /// [CqeFlags].
    public long flags() {
        return flags;
    }

    /// Second result, by opcode.
    public long extra() {
        return extra;
    }

    /// Whether the record has ended.
    public boolean isTerminal() {
        return flags == 0 || terminal;
    }

    /// Whether the producer had no place for an event and there is some now; it must be woken then.
    public boolean unblocksEvents() {
        if (subscriptions == 0 || completions.hasNext()) {
            return false;
        }
        // ORDER: our head is out before we look for the wish; pairs with the fence in ProducerEnd.post.
        VarHandle.fullFence();
        if (!ring.eventsBlocked) {
            return false;
        }
        // Who set the wish after we cleared the last one has seen our head of then, so only a head that has moved since
        // is
        // news. A peer that has made an entry disappear would otherwise be woken for nothing, for ever.
        int taken = completions.publishAgain();
        if (taken == unblockedAt) {
            return false;
        }
        unblockedAt = taken;
        ring.eventsBlocked = false;
        return true;
    }

    /// Asks for requests back. The producer sees it at its next turn; it must be woken.
    ///
    /// @return whether there was such a request
    public boolean cancel(long userData) {
        boolean found = false;
        for (int index = 0; index < uses.length; index++) {
            if (isUsed(index) && tags[index] == userData && want(index)) {
                found = true;
            }
        }
        if (found) {
            tellOfCancels();
        }
        return found;
    }

    /// [#cancel(long)] for the request that was submitted with this very object.
    @SuppressWarnings("ReferenceEquality")
    public boolean cancelAttached(Object attachment) {
        for (int index = 0; index < uses.length; index++) {
            if (isUsed(index) && attachments[index] == attachment) {
                want(index);
                tellOfCancels();
                return true;
            }
        }
        return false;
    }

    /// From now on only these opcodes are served.
    public void restrict(int... opcodes) {
        for (int opcode : opcodes) {
            if (opcode < 0 || opcode > 255) {
                throw new SchemeException(Errno.EINVAL, "opcode " + opcode + " is not in 0..255");
            }
        }
        ring.restrict(opcodes);
    }

    /// The asking end goes: everything in flight is asked back, and nobody reaps any more. The producer must be woken.
    public void close() {
        if (ring.is(Ring.CONSUMER_GONE)) {
            return;
        }
        publish(); // so that it is answered like the others
        boolean answered = true;
        while (answered) {
            answered = reap(); // records that were answered before the close
        }
        for (int index = 0; index < uses.length; index++) {
            if (isUsed(index)) {
                want(index);
            }
        }
        tellOfCancels();
        if ((ring.set(Ring.CONSUMER_GONE) & Ring.PRODUCER_GONE) != 0) {
            releaseAll();
        }
    }

    /// Gives back what is left, when both sides are gone. By whichever went second.
    void releaseAll() {
        for (int index = 0; index < uses.length; index++) {
            if (isUsed(index)) {
                end(index);
            }
        }
    }

    private boolean isUsed(int index) {
        return (uses[index] & 1) != 0;
    }

    private void tellOfCancels() {
        ring.set(Ring.CANCELS);
        ring.cancelsWaiting = true;
    }

    private boolean want(int index) {
        boolean first = ring.cancelWanted[index] != uses[index];
        ring.cancelWanted[index] = uses[index];
        return first;
    }

    private boolean takeSkipped() {
        long at = completions.next();
        long tag = RawMemory.get(at + RingLayout.CQE_TAG);
        completions.taken();
        int index = (int) tag;
        if (!isOf(index, tag)) {
            ring.set(Ring.BROKEN);
            return false;
        }
        end(index);
        return true;
    }

    private boolean endOne(Errno errno) {
        for (int index = 0; index < uses.length; index++) {
            if (isUsed(index)) {
                userData = tags[index];
                attachment = attachments[index];
                status = errno.status();
                flags = 0;
                extra = 0;
                end(index);
                return true;
            }
        }
        return false;
    }

    private void guard(int index, BufferSlice buffer) {
        Hold hold = holds[index];
        hold.since = System.nanoTime();
        buffers[index] = Slices.retain(buffer, hold);
    }

    private void end(int index) {
        uses[index]++;
        if (marked[index]) {
            unmark(index);
        }
        free[freeCount] = index;
        freeCount++;
    }

    private void unmark(int index) {
        marked[index] = false;
        attachments[index] = null;
        if (subscribed[index]) {
            subscribed[index] = false;
            subscriptions--;
        }
        BufferSlice held = buffers[index];
        buffers[index] = null;
        if (held != null) {
            Slices.release(held, holds[index]);
        }
    }
}
