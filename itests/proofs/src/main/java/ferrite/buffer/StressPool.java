package ferrite.buffer;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/// A pool for one round of a stress test: one region, which one slice fills. All rounds share the memory, which nobody
/// touches.
final class StressPool {
    /// Size of the region, and of its slice.
    static final long BYTES = 4_096;

    private static final MemorySegment MEMORY = Arena.global().allocate(BYTES, Region.PAGE_BYTES);

    /// How often a region was given back.
    final AtomicInteger freed = new AtomicInteger();

    final SharedBufferPool pool = new SharedBufferPool(
            "stress",
            new PoolParameters(BYTES, BYTES, BYTES, false),
            _ -> new Region(AddressSpace.HIGH_START, MEMORY, freed::incrementAndGet));

    private final PoolView view = new PoolView(pool, new ViewArena("stress"));

    OwnedSlice whole() {
        return (OwnedSlice) view.acquire(BYTES, 64);
    }

    /// Shorter, in place of the old object.
    ///
    /// @throws ferrite.spi.error.SchemeException EBUSY if somebody holds the slice
    BufferSlice half(OwnedSlice whole) {
        return view.resize(whole, BYTES / 2).orElseThrow();
    }

    /// Whether somebody could take the bytes, which stay taken then.
    boolean handsOut() {
        return pool.take(BYTES, 64, AllocationStrategy.BEST) != null;
    }

    /// Somebody who holds.
    static final class Somebody implements Holder {
        /// Plain, so that only the order of the places makes it seen.
        private String name = "";

        Somebody(String name) {
            this.name = name;
        }

        @Override
        public String holder() {
            return name;
        }

        @Override
        public long heldSinceNanos() {
            return 0;
        }
    }
}
