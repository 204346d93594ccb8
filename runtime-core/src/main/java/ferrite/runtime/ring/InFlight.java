package ferrite.runtime.ring;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The runtime's own record of one submission, from `submit` until its terminal completion is reaped. It is not in
/// shared memory, so a peer cannot name a buffer or a request that is not its own.
///
/// ```
///        consumer        producer            producer            consumer
///  FREE ──────────▶ SENT ─────────▶ RECEIVED ─────────▶ ANSWERED ──────────▶ FREE
///                     └──── ring closed by either end ─────▲
/// ```
///
/// The consumer owns the record in FREE and ANSWERED, the producer in RECEIVED. SENT and RECEIVED are left by
/// compare-and-set, because a closing end may answer in the producer's place.
public final class InFlight {
    static final int FREE = 0;
    static final int SENT = 1;
    static final int RECEIVED = 2;
    static final int ANSWERED = 3;

    final int index;
    final AtomicInteger state = new AtomicInteger(FREE);

    /// Counts the uses of this record; the upper half of the tag. Owned by the consumer.
    int generation;

    /// The caller's own tag, and an object of the runtime that goes with it. Owned by the consumer.
    long userData;

    @Nullable
    Object attachment;

    @Nullable
    BufferSlice buffer;

    @Nullable
    Guard guard;

    /// The consumer wants it back. Set by the consumer, seen by the producer at its next turn.
    volatile boolean cancelWanted;

    /// The producer has told its scheme so. Owned by the producer.
    boolean cancelTold;

    /// The entry as the producer read it, once: later changes in shared memory change nothing. Owned by the producer.
    int opcode;

    int flags;
    int syscallFlags;
    long fd;
    long length;
    long address;
    long offset;
    long additional1;
    long additional2;

    InFlight(int index) {
        this.index = index;
    }

    long tag() {
        return (long) generation << 32 | index;
    }

    boolean isLive(int ofGeneration) {
        return generation == ofGeneration && state.get() == RECEIVED;
    }

    /// Place in the ring's table of records.
    public int index() {
        return index;
    }

    public int generation() {
        return generation;
    }

    public int opcode() {
        return opcode;
    }

    public int flags() {
        return flags;
    }

    public int syscallFlags() {
        return syscallFlags;
    }

    public long fd() {
        return fd;
    }

    public long length() {
        return length;
    }

    public long address() {
        return address;
    }

    public long offset() {
        return offset;
    }

    public long additional1() {
        return additional1;
    }

    public long additional2() {
        return additional2;
    }

    /// What the asker submitted with the entry; null if nothing.
    public @Nullable BufferSlice buffer() {
        return buffer;
    }
}
