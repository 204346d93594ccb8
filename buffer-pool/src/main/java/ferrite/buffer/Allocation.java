package ferrite.buffer;

import ferrite.spi.buffer.Guard;

/// The root of every slice: one taken range of a pool, whoever looks at it and through which view.
///
/// ```
///            close, no guard
///   HELD ────────────────────────▶ FREED      (never leaves FREED: a later owner of the bytes has another object)
///     │ close                        ▲
///     ▼         last guard goes      │
///   CLOSED ──────────────────────────┘
/// ```
final class Allocation {
    enum State {
        HELD,
        CLOSED,
        FREED
    }

    private final SharedBufferPool pool;
    private final PoolRegion region;
    private final int block;
    private final long start;
    private final long length;

    /// Written under the pool's lock, read without: a reader that is late sees what it would have seen before.
    private volatile State state = State.HELD;

    /// Under the pool's lock.
    int guards;

    /// @param start first byte in the region, bytes
    /// @param length as asked for, bytes
    Allocation(SharedBufferPool pool, PoolRegion region, int block, long start, long length) {
        this.pool = pool;
        this.region = region;
        this.block = block;
        this.start = start;
        this.length = length;
    }

    PoolRegion region() {
        return region;
    }

    int block() {
        return block;
    }

    long start() {
        return start;
    }

    long offset() {
        return region.poolStart() + start;
    }

    long address() {
        return region.memory().base() + start;
    }

    long length() {
        return length;
    }

    boolean isHeld() {
        return state == State.HELD;
    }

    boolean isFreed() {
        return state == State.FREED;
    }

    /// Under the pool's lock.
    void become(State next) {
        state = next;
    }

    Guard guard(String holder) {
        return pool.guard(this, holder);
    }

    void release() {
        pool.release(this);
    }

    @Override
    public String toString() {
        return "slice 0x" + Long.toHexString(address()) + "+" + length + " of pool " + pool.name();
    }
}
