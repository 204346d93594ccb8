package ferrite.filed.uring;

import ferrite.spi.error.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Pool memory that is registered with one [Uring], so that the host keeps its pages at hand and looks nothing up.
///
/// A slice does not say how far its region reaches, so what is registered is the hull of the slices that were seen: it
/// lies inside the region, because no slice spans two. A region is known by the scope of its segments; when that scope
/// has ended the memory may be unmapped and its address used again, and the entry is dropped. The k-th growth of a
/// hull waits for k slices outside of it, so that a pool that is walked through is not registered at every step.
///
/// One thread at a time.
public final class RegisteredBuffers {
    /// Regions that are registered at once.
    public static final int REGIONS_MAX = 64;

    /// Longest hull, bytes: the host pins it.
    public static final long HULL_BYTES_MAX = 64L << 20;

    private static final System.Logger LOG = System.getLogger(RegisteredBuffers.class.getName());
    private static final int REGISTER_BUFFERS2 = 15;
    private static final int REGISTER_BUFFERS_UPDATE = 16;
    private static final int SPARSE = 1;
    private static final int ARGUMENT_BYTES = 32;
    private static final long PAGE_BYTES = 4096;

    private static final class Hull {
        final MemorySegment.Scope scope;
        final int slot;
        long from;
        long to;
        int growths;
        int misses;
        boolean refused;
        long lastUse;

        Hull(MemorySegment.Scope scope, int slot) {
            this.scope = scope;
            this.slot = slot;
        }

        boolean covers(long address, long bytes) {
            return !refused && address >= from && address + bytes <= to;
        }
    }

    private final Uring uring;
    private final @Nullable Hull[] hulls = new Hull[REGIONS_MAX];
    private final boolean usable;
    private @Nullable Hull last;
    private boolean told;
    private long uses;

    /// @param uring with which they are registered
    public RegisteredBuffers(Uring uring) {
        this.uring = uring;
        this.usable = makeTable();
    }

    /// An empty table; kernels before 5.19 have none.
    private boolean makeTable() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);
            argument.set(ValueLayout.JAVA_INT, 0, REGIONS_MAX);
            argument.set(ValueLayout.JAVA_INT, 4, SPARSE);
            long result = uring.register(REGISTER_BUFFERS2, argument, ARGUMENT_BYTES);
            if (result < 0) {
                tell(result);
            }
            return result >= 0;
        }
    }

    /// The registered buffer in which these bytes lie, which may be registered for that.
    ///
    /// @param bytes native, of a pool
    /// @return −1 if there is none: go by the address
    public int indexOf(MemorySegment bytes) {
        if (!usable) {
            return -1;
        }
        long address = bytes.address();
        long length = bytes.byteSize();
        MemorySegment.Scope scope = bytes.scope();
        Hull hull = last;
        if (hull == null || !hull.scope.equals(scope)) {
            hull = hullOf(scope);
            last = hull;
        }
        hull.lastUse = ++uses;
        if (!hull.covers(address, length)) {
            grow(hull, address, length);
        }
        return hull.covers(address, length) ? hull.slot : -1;
    }

    private Hull hullOf(MemorySegment.Scope scope) {
        for (Hull hull : hulls) {
            if (hull != null && hull.scope.equals(scope)) {
                return hull;
            }
        }
        sweep();
        int slot = freeSlot();
        Hull made = new Hull(scope, slot);
        hulls[slot] = made;
        return made;
    }

    private int freeSlot() {
        int oldest = 0;
        long oldestUse = Long.MAX_VALUE;
        for (int slot = 0; slot < REGIONS_MAX; slot++) {
            Hull hull = hulls[slot];
            if (hull == null) {
                return slot;
            }
            if (hull.lastUse < oldestUse) {
                oldestUse = hull.lastUse;
                oldest = slot;
            }
        }
        drop(oldest);
        return oldest;
    }

    private void grow(Hull hull, long address, long length) {
        if (hull.refused || ++hull.misses < hull.growths) {
            return;
        }
        long start = address & -PAGE_BYTES;
        long end = address + length + PAGE_BYTES - 1 & -PAGE_BYTES;
        long from = hull.growths == 0 ? start : Math.min(hull.from, start);
        long to = hull.growths == 0 ? end : Math.max(hull.to, end);
        if (to - from > HULL_BYTES_MAX) {
            if (end - start > HULL_BYTES_MAX) {
                return;
            }
            from = start;
            to = end;
        }
        hull.misses = 0;
        hull.growths++;
        long result = update(hull.slot, from, to - from);
        if (result >= 0) {
            hull.from = from;
            hull.to = to;
        } else {
            // The slot may be empty or hold what it held; certainty is worth more than this region's speed.
            update(hull.slot, 0, 0);
            hull.refused = true;
            tell(result);
        }
    }

    /// Lets go of regions whose memory is gone.
    public void sweep() {
        for (int slot = 0; slot < REGIONS_MAX; slot++) {
            Hull hull = hulls[slot];
            if (hull != null && !hull.scope.isAlive()) {
                drop(slot);
            }
        }
    }

    private void drop(int slot) {
        Hull hull = hulls[slot];
        if (hull != null && hull.to > hull.from && !hull.refused) {
            update(slot, 0, 0);
        }
        if (hull != null && hull.equals(last)) {
            last = null;
        }
        hulls[slot] = null;
    }

    /// `struct io_uring_rsrc_update2` with one `struct iovec`.
    private long update(int slot, long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(2L * Long.BYTES, Long.BYTES);
            vector.set(ValueLayout.JAVA_LONG, 0, address);
            vector.set(ValueLayout.JAVA_LONG, 8, bytes);
            MemorySegment argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);
            argument.set(ValueLayout.JAVA_INT, 0, slot);
            argument.set(ValueLayout.JAVA_LONG, 8, vector.address());
            argument.set(ValueLayout.JAVA_INT, 24, 1);
            return uring.register(REGISTER_BUFFERS_UPDATE, argument, ARGUMENT_BYTES);
        }
    }

    private void tell(long result) {
        if (!told) {
            told = true;
            LOG.log(
                    System.Logger.Level.INFO,
                    "file: memory is not registered with io_uring ({0}); its transfers go by address",
                    Errno.describe(result));
        }
    }
}
