package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionSink;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.EnterFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One ring that is asked on: its requests, those of them that wait for room, and the cancellations to send.
///
/// What waits goes out in the order it came. Cancellations go first, but never between two links of a chain. One
/// record of the ring is kept for them, so that a ring full of requests that never end by themselves can be emptied.
///
/// All but [#remotePermits] belongs to the owner of the reactor.
final class ConsumerPort implements CompletionSink {
    private static final SubmissionQueueEntry CANCEL = SubmissionQueueEntry.of(Opcode.CANCEL);
    private static final SubmissionQueueEntry NOP = SubmissionQueueEntry.of(Opcode.NOP);

    final ConsumerRingId id;
    final ConsumerInstance ring;

    /// Places for requests of other threads; taken before a request is handed over, given back when it has ended.
    final Semaphore remotePermits;

    private final RequestTable table;
    private final PlaceQueue waiting;
    private final PlaceQueue cancels;
    private final int inFlightMax;
    private final Faults faults;

    /// Links of a chain have been sent and not its last one.
    private boolean tailOpen;

    /// A chain broke in the middle: its sent part must be ended before anything else is sent.
    private boolean endTail;

    private boolean unsent;
    private int inFlight;
    private int liveWaiting;
    private long unknown;
    private long stray;
    private CompletionCallback messages = (_, _, _, _) -> {};
    private CompletionCallback detachedFailures = (_, _, _, _) -> {};

    /// @param inFlightMax most requests in the ring at once, ≥ 1, one less than it has records
    ConsumerPort(ConsumerRingId id, ConsumerInstance ring, int halfCapacity, int inFlightMax, Faults faults) {
        this.id = id;
        this.ring = ring;
        this.inFlightMax = inFlightMax;
        this.faults = faults;
        table = new RequestTable(halfCapacity);
        waiting = new PlaceQueue(table.capacity());
        cancels = new PlaceQueue(table.capacity());
        remotePermits = new Semaphore(halfCapacity);
    }

    void onMessage(CompletionCallback callback) {
        messages = callback;
    }

    void onDetachedFailure(CompletionCallback callback) {
        detachedFailures = callback;
    }

    int localRoom() {
        return table.localRoom();
    }

    /// Sends a request, or lets it wait if there is no room.
    ///
    /// @return its tag; [RequestTable#NONE] if all places are taken
    /// @throws SchemeException ESHUTDOWN if the ring is not open, EFAULT if the buffer is not live
    long submit(
            SubmissionQueueEntry entry,
            @Nullable BufferSlice buffer,
            long offset,
            CompletionCallback callback,
            long context,
            boolean fromOtherThread) {
        int place = table.take(entry, buffer, offset, callback, context, fromOtherThread);
        if (place < 0) {
            return RequestTable.NONE;
        }
        long tag = table.tag(place);
        try {
            if (!waiting.isEmpty() || endTail || !send(place)) {
                table.guard(place);
                waiting.add(place);
                liveWaiting++;
            }
        } catch (SchemeException refused) {
            endTail |= tailOpen;
            release(place);
            throw refused;
        }
        return tag;
    }

    /// Puts a request at the end of what waits, whatever room there is: for the links of a chain, before [#pump].
    void enqueue(
            SubmissionQueueEntry entry,
            @Nullable BufferSlice buffer,
            CompletionCallback callback,
            long context,
            boolean fromOtherThread,
            TagSink tags) {
        int place = table.take(entry, buffer, entry.offset(), callback, context, fromOtherThread);
        if (place < 0) {
            throw new IllegalStateException("no place for a link that was counted before; " + meter());
        }
        tags.tag(table.tag(place));
        waiting.add(place);
        liveWaiting++;
        try {
            table.guard(place);
        } catch (SchemeException dead) {
            // Sending it fails in the same way, in its turn.
        }
    }

    /// Told the tag of a link.
    @FunctionalInterface
    interface TagSink {
        void tag(long tag);
    }

    /// The callback of requests that are told of failure only; used while they wait.
    void postFailed(long label, long status, long flags, long extra) {
        call(detachedFailures, label, status, flags, extra);
    }

    /// Asks for a request to end. It ends with its own terminal completion, now if it was not sent yet.
    void cancel(long tag) {
        int place = table.place(tag);
        if (place < 0 || table.isCancelWanted(place)) {
            return;
        }
        table.wantCancel(place);
        if (table.state(place) == RequestTable.State.IN_FLIGHT) {
            queueCancel(place);
            if (!tailOpen) {
                sendCancels();
            }
        } else if (table.state(place) == RequestTable.State.WAITING && !table.isChained(place) && !followsLink(place)) {
            drop(place, Errno.ECANCELED);
        }
    }

    void cancelAll() {
        for (int place = 0; place < table.capacity(); place++) {
            if (table.state(place) != RequestTable.State.FREE) {
                cancel(table.tag(place));
            }
        }
    }

    /// Sends what waits, as far as there is room.
    ///
    /// @return how many requests left the queue
    int pump() {
        int moved = 0;
        while (true) {
            if (endTail && !sendEndOfTail()) {
                break;
            }
            sendCancels();
            if (waiting.isEmpty()) {
                break;
            }
            int place = waiting.first();
            if (table.state(place) == RequestTable.State.DROPPED) {
                waiting.removeFirst();
                release(place);
                continue;
            }
            try {
                if (!send(place)) {
                    break;
                }
                waiting.removeFirst();
                liveWaiting--;
            } catch (SchemeException refused) {
                failFirst(place, refused.errno());
            }
            moved++;
        }
        return moved;
    }

    /// Tells the serving side of what was sent since the last call.
    void flush() {
        if (unsent) {
            unsent = false;
            ring.enter(0, EnterFlags.ONLY_NOTIFY, 0);
        }
    }

    /// Takes completions.
    int reap(int limit) {
        return ring.reap(this, limit);
    }

    /// Whether [#reap] or [#pump] would find something. Changes nothing of the port.
    boolean isReady() {
        return ring.enter(0) > 0 || ring.state() != RingState.OPEN && liveWaiting > 0;
    }

    boolean hasWaiting() {
        return liveWaiting > 0 || !cancels.isEmpty() || endTail;
    }

    boolean isIdle() {
        return table.used() == 0;
    }

    /// Ends what is left without its completion: the ring keeps the buffers of what is in flight.
    void abandon(Errno errno) {
        for (int place = 0; place < table.capacity(); place++) {
            RequestTable.State state = table.state(place);
            if (state == RequestTable.State.WAITING) {
                drop(place, errno);
            } else if (state == RequestTable.State.IN_FLIGHT) {
                if (!table.isSilent(place)) {
                    inFlight--;
                }
                end(place, errno.status(), 0, 0);
            }
        }
    }

    RingMeter meter() {
        return new RingMeter(table.capacity(), table.used(), liveWaiting, unknown, stray);
    }

    @Override
    public void completed(long userData, long status, long flags, long extra) {
        if ((flags & CqeFlags.MESSAGE) != 0) {
            call(messages, userData, status, flags, extra);
            return;
        }
        if ((userData & RequestTable.CONTROL) != 0) {
            return;
        }
        if (userData >>> 61 == RequestTable.DETACHED >>> 61) {
            if (Errno.isError(status)) {
                call(detachedFailures, label(userData), status, flags, extra);
            }
            return;
        }
        int place = table.place(userData);
        if (place < 0 || table.state(place) != RequestTable.State.IN_FLIGHT) {
            unknown++;
            return;
        }
        if ((flags & (CqeFlags.EVENT | CqeFlags.LAST_UPDATE)) == CqeFlags.EVENT) {
            if (table.isMultiShot(place)) {
                call(table.callback(place), table.context(place), status, flags, extra);
            } else {
                stray++;
            }
            return;
        }
        if (!table.isSilent(place)) {
            inFlight--;
        }
        end(place, status, flags, extra);
    }

    private static long label(long userData) {
        int label = (int) userData;
        return label;
    }

    private void end(int place, long status, long flags, long extra) {
        CompletionCallback callback = table.callback(place);
        long context = table.context(place);
        // Before the callback, which may want the place, or the buffer, for its next request.
        release(place);
        call(callback, context, status, flags, extra);
    }

    private void release(int place) {
        if (table.release(place)) {
            remotePermits.release();
        }
    }

    private void call(CompletionCallback callback, long context, long status, long flags, long extra) {
        try {
            callback.completed(context, status, flags, extra);
        } catch (RuntimeException | Error thrown) {
            faults.uncaught(thrown);
        }
    }

    private boolean send(int place) {
        boolean detached = table.isDetached(place);
        boolean silent = table.isSilent(place);
        if (!silent && inFlight >= inFlightMax) {
            return false;
        }
        SubmissionQueueEntry entry = table.entry(place);
        BufferSlice buffer = table.buffer(place);
        long tag = detached ? RequestTable.DETACHED | table.context(place) & 0xFFFF_FFFFL : table.tag(place);
        boolean sent = buffer == null ? ring.submit(entry, tag) : ring.submit(entry, buffer, tag, table.offset(place));
        if (!sent) {
            return false;
        }
        unsent = true;
        tailOpen = table.isChained(place);
        if (detached) {
            release(place);
            return true;
        }
        if (!silent) {
            inFlight++; // when a silent one frees its record, only the ring knows
        }
        table.state(place, RequestTable.State.IN_FLIGHT);
        table.dropGuard(place);
        if (table.isCancelWanted(place)) {
            queueCancel(place);
        }
        return true;
    }

    private void queueCancel(int place) {
        if (table.queueCancel(place)) {
            cancels.add(place);
        }
    }

    private void sendCancels() {
        while (!cancels.isEmpty() && !(tailOpen && liveWaiting > 0)) {
            int place = cancels.first();
            // The place may have ended, and been taken again, since.
            boolean wanted = table.state(place) == RequestTable.State.IN_FLIGHT && table.isCancelWanted(place);
            try {
                if (wanted && !ring.submit(CANCEL.withAdditional(table.tag(place), 0), RequestTable.CONTROL)) {
                    return;
                }
            } catch (SchemeException closed) {
                // The ring answers everything by itself then.
            }
            unsent |= wanted;
            cancels.removeFirst();
            table.unqueueCancel(place);
        }
    }

    private boolean sendEndOfTail() {
        try {
            if (!ring.submit(NOP, RequestTable.CONTROL)) {
                return false;
            }
            unsent = true;
        } catch (SchemeException closed) {
            // Nothing of the chain runs any more.
        }
        tailOpen = false;
        endTail = false;
        return true;
    }

    /// The first of those that wait cannot be sent: the rest of its chain ends with it.
    private void failFirst(int place, Errno errno) {
        endTail |= tailOpen && ring.state() == RingState.OPEN;
        boolean more = table.isChained(place);
        passFirst(place, errno);
        while (more && !waiting.isEmpty()) {
            int next = waiting.first();
            more = table.isChained(next);
            passFirst(next, Errno.ECANCELED);
        }
    }

    private void passFirst(int place, Errno errno) {
        waiting.removeFirst();
        if (table.state(place) == RequestTable.State.DROPPED) {
            release(place);
            return;
        }
        liveWaiting--;
        if (table.callback(place) instanceof FutureCall<?> call) {
            call.neverSent();
        }
        end(place, errno.status(), 0, 0);
    }

    private void drop(int place, Errno errno) {
        table.state(place, RequestTable.State.DROPPED);
        table.dropGuard(place);
        liveWaiting--;
        call(table.callback(place), table.context(place), errno.status(), 0, 0);
    }

    /// Whether what goes, or went, out just before this waiting request is chained to it.
    private boolean followsLink(int place) {
        boolean chained = tailOpen;
        for (int i = 0; i < waiting.size(); i++) {
            int other = waiting.get(i);
            if (other == place) {
                return chained;
            }
            chained = table.isChained(other);
        }
        return false;
    }
}
