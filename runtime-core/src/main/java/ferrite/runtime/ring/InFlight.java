package ferrite.runtime.ring;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.SqeFlags;
import org.jspecify.annotations.Nullable;

/// The producer's own record of one submission, from `receive` until it is answered. It is not in shared memory, and a
/// copy of the entry: what a peer changes there later changes nothing. Owned by whoever owns the producer end.
///
/// ```
///  FREE ──receive──▶ RECEIVED ──answer──▶ FREE
///    └──▶ HELD ──────────▲  (behind a DRAIN or a CHAIN; may be answered ECANCELED from there)
/// ```
public final class InFlight {
    static final int FREE = 0;
    static final int HELD = 1;
    static final int RECEIVED = 2;

    private final Ring ring;
    final int index;
    int state = FREE;

    /// Counts the uses of this record; the upper half of the tag. The consumer counts along.
    int generation = -1;

    /// The scheme has been told that the consumer wants it back.
    boolean cancelTold;

    /// Opcode, flags, priority and syscall flags as they stand in the entry, phase bit included.
    long head;

    long fd;
    long length;
    long address;
    long offset;
    long additional1;
    long additional2;

    /// Order of arrival on the ring.
    long arrival;

    /// The next entry of its chain, waiting for this one.
    @Nullable
    InFlight successor;

    /// The LINK_TIMEOUT that limits this one.
    @Nullable
    InFlight timeout;

    /// Of a LINK_TIMEOUT: what it limits.
    @Nullable
    InFlight limited;

    InFlight(Ring ring, int index) {
        this.ring = ring;
        this.index = index;
    }

    long tag() {
        return (long) generation << 32 | index;
    }

    boolean isLive(int ofGeneration) {
        return state == RECEIVED && generation == ofGeneration;
    }

    /// Place in the ring's table of records.
    public int index() {
        return index;
    }

    public int generation() {
        return generation;
    }

    /// Whether it waits for its answer.
    public boolean isReceived() {
        return state == RECEIVED;
    }

    public int opcode() {
        return (int) head & 0xFF;
    }

    public int flags() {
        return (int) (head >>> 8) & SqeFlags.MASK;
    }

    int priority() {
        return (int) (head >>> 16) & 0xFFFF;
    }

    public int syscallFlags() {
        return (int) (head >>> 32);
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
        return ring.buffers[index];
    }

    /// Of a LINK_TIMEOUT: what it limits; null once that has been answered.
    public @Nullable InFlight limited() {
        return limited;
    }
}
