package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.jspecify.annotations.Nullable;

/// The requests of one ring, by tag. A fixed number of places; a tag is place and use of the place, so that an old tag
/// names nothing. The table belongs to its ring: what another ring answers cannot reach it.
///
/// | bits  | in a tag                                          |
/// |-------|---------------------------------------------------|
/// | 0–31  | place, or the label of a detached request         |
/// | 32–60 | use of the place                                  |
/// | 61    | [#DETACHED]                                       |
/// | 62    | [#CONTROL]                                        |
///
/// Half of the places are for the owner's own requests, half for those of other threads, so that neither can lock the
/// other out.
final class RequestTable {
    /// Marks requests that are told of failure only; they have no place while they are in flight.
    static final long DETACHED = 1L << 61;
    /// Marks the reactor's own entries.
    static final long CONTROL = 1L << 62;
    /// No tag.
    static final long NONE = -1;

    /// A place's state.
    enum State {
        FREE,
        /// Not yet in the ring.
        WAITING,
        /// Ended while it waited; its place in the queue is still to be passed.
        DROPPED,
        IN_FLIGHT
    }

    private static final int USE_MASK = (1 << 29) - 1;

    private final State[] states;
    private final int[] uses;
    private final @Nullable SubmissionQueueEntry[] entries;
    private final @Nullable BufferSlice[] buffers;
    private final @Nullable Guard[] guards;
    private final long[] offsets;
    private final @Nullable CompletionCallback[] callbacks;
    private final long[] contexts;
    private final boolean[] remote;
    private final boolean[] cancelWanted;
    private final boolean[] cancelQueued;
    private final int[] free;
    private final int halfCapacity;
    private int freeCount;
    private int localUsed;

    /// @param halfCapacity places of the owner; as many are for other threads
    RequestTable(int halfCapacity) {
        this(halfCapacity, 0);
    }

    /// @param firstUse number of each place's first use
    RequestTable(int halfCapacity, int firstUse) {
        this.halfCapacity = halfCapacity;
        int capacity = 2 * halfCapacity;
        states = new State[capacity];
        uses = new int[capacity];
        entries = new SubmissionQueueEntry[capacity];
        buffers = new BufferSlice[capacity];
        guards = new Guard[capacity];
        offsets = new long[capacity];
        callbacks = new CompletionCallback[capacity];
        contexts = new long[capacity];
        remote = new boolean[capacity];
        cancelWanted = new boolean[capacity];
        cancelQueued = new boolean[capacity];
        free = new int[capacity];
        for (int place = 0; place < capacity; place++) {
            states[place] = State.FREE;
            uses[place] = firstUse;
            free[place] = capacity - 1 - place;
        }
        freeCount = capacity;
    }

    int capacity() {
        return states.length;
    }

    int used() {
        return states.length - freeCount;
    }

    /// How many requests of the owner still find a place.
    int localRoom() {
        return halfCapacity - localUsed;
    }

    /// Takes a place for a waiting request.
    ///
    /// @param fromOtherThread whether a permit for it is held
    /// @return −1 if there is none
    int take(
            SubmissionQueueEntry entry,
            @Nullable BufferSlice buffer,
            long offset,
            CompletionCallback callback,
            long context,
            boolean fromOtherThread) {
        if (freeCount == 0 || !fromOtherThread && localUsed == halfCapacity) {
            return -1;
        }
        int place = free[--freeCount];
        if (!fromOtherThread) {
            localUsed++;
        }
        states[place] = State.WAITING;
        entries[place] = entry;
        buffers[place] = buffer;
        offsets[place] = offset;
        callbacks[place] = callback;
        contexts[place] = context;
        remote[place] = fromOtherThread;
        return place;
    }

    /// Makes the place and its tag void.
    ///
    /// @return whether a permit for it was held
    boolean release(int place) {
        boolean fromOtherThread = remote[place];
        dropGuard(place);
        states[place] = State.FREE;
        uses[place] = uses[place] + 1 & USE_MASK;
        entries[place] = null;
        buffers[place] = null;
        callbacks[place] = null;
        cancelWanted[place] = false;
        remote[place] = false;
        if (!fromOtherThread) {
            localUsed--;
        }
        free[freeCount++] = place;
        return fromOtherThread;
    }

    long tag(int place) {
        return (long) uses[place] << 32 | place;
    }

    /// The place that a tag names now; −1 if it names none.
    int place(long tag) {
        int place = (int) tag;
        if (place < 0 || place >= states.length || states[place] == State.FREE || tag != tag(place)) {
            return -1;
        }
        return place;
    }

    State state(int place) {
        return states[place];
    }

    void state(int place, State state) {
        states[place] = state;
    }

    @SuppressWarnings("NullAway") // a place that is not free has an entry
    SubmissionQueueEntry entry(int place) {
        return entries[place];
    }

    boolean isMultiShot(int place) {
        return (entry(place).flags() & SqeFlags.SUBSCRIBE) != 0;
    }

    boolean isChained(int place) {
        return (entry(place).flags() & Order.CHAINED) != 0;
    }

    /// Whether the ring does not tell of its success.
    boolean isSilent(int place) {
        return (entry(place).flags() & SqeFlags.SKIP_SUCCESS) != 0;
    }

    /// Whether it has no place while it is in flight. A silent link of a chain keeps its place: the chain tells of it.
    boolean isDetached(int place) {
        return isSilent(place) && !(callback(place) instanceof FutureCall<?>);
    }

    @Nullable
    BufferSlice buffer(int place) {
        return buffers[place];
    }

    long offset(int place) {
        return offsets[place];
    }

    @SuppressWarnings("NullAway") // a place that is not free has a callback
    CompletionCallback callback(int place) {
        return callbacks[place];
    }

    long context(int place) {
        return contexts[place];
    }

    boolean isCancelWanted(int place) {
        return cancelWanted[place];
    }

    void wantCancel(int place) {
        cancelWanted[place] = true;
    }

    /// Notes that the place stands in the queue of cancellations, where it stays when it is used again.
    ///
    /// @return whether it did not stand there before
    boolean queueCancel(int place) {
        boolean first = !cancelQueued[place];
        cancelQueued[place] = true;
        return first;
    }

    void unqueueCancel(int place) {
        cancelQueued[place] = false;
    }

    /// Keeps the buffer's bytes from reuse while the request waits; in flight, the ring does it.
    void guard(int place) {
        BufferSlice buffer = buffers[place];
        if (buffer != null && guards[place] == null) {
            guards[place] = buffer.guard("a waiting request");
        }
    }

    void dropGuard(int place) {
        Guard guard = guards[place];
        if (guard != null) {
            guards[place] = null;
            guard.release();
        }
    }
}
