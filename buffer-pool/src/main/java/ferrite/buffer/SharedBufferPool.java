package ferrite.buffer;

import static ferrite.buffer.BlockTable.NONE;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The memory of one context: regions, the slices in them, and the guards on the slices.
///
/// Made and closed by the runtime; plug-ins take slices through a [PoolView]. Safe from any thread: one lock per pool,
/// held for O(1) steps, but also while a region is made and, in debug mode, while bytes are poisoned. Regions are added
/// up to the limit and stay until the pool is closed.
public final class SharedBufferPool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SharedBufferPool.class.getName());

    private final String name;
    private final PoolParameters parameters;
    private final LongSupplier nanoTime;

    private final ReentrantLock lock = new ReentrantLock();
    private final FreeSpace space = new FreeSpace();
    private final PoolRegions regions;
    private final Set<HeldGuard> guards = new LinkedHashSet<>();
    private @Nullable Allocation[] byBlock = new Allocation[64];
    private int liveSlices;
    private int guardedSlices;
    private long writesAfterRelease;
    private boolean closed;

    /// A pool whose guards are timed with the system's clock.
    ///
    /// @param name the context's, for messages
    /// @param source makes the regions, the first one now
    public SharedBufferPool(String name, PoolParameters parameters, RegionSource source) {
        this(name, parameters, source, System::nanoTime);
    }

    /// @param name the context's, for messages
    /// @param source makes the regions, the first one now
    /// @param nanoTime clock for the age of guards, nanoseconds
    public SharedBufferPool(String name, PoolParameters parameters, RegionSource source, LongSupplier nanoTime) {
        this.name = name;
        this.parameters = parameters;
        this.nanoTime = nanoTime;
        this.regions = new PoolRegions(name, parameters, source, space);
    }

    /// The context's name.
    public String name() {
        return name;
    }

    /// @return null: ENOMEM, or EADDRINUSE for a fixed place
    @Nullable
    Allocation take(long bytes, long alignment, AllocationStrategy strategy) {
        Wanted.check(bytes, alignment);
        lock.lock();
        try {
            requireOpen();
            if (bytes > parameters.limitBytes()) {
                return refuse(strategy, bytes);
            }
            Wanted wanted = Wanted.of(bytes, alignment);
            int block = switch (strategy) {
                case AllocationStrategy.Best _ -> takeOrGrow(space.best(wanted), wanted);
                case AllocationStrategy.Greedy _ -> takeOrGrow(greedyOrBest(wanted), wanted);
                case AllocationStrategy.Fixed(long offset) -> space.takeFixed(offset, wanted);
            };
            return block == NONE ? null : handOut(block, bytes);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Allocation refuse(AllocationStrategy strategy, long bytes) {
        if (strategy instanceof AllocationStrategy.Fixed) {
            throw new SchemeException(Errno.EINVAL, bytes + " bytes > limit " + parameters.limitBytes());
        }
        return null;
    }

    private int greedyOrBest(Wanted wanted) {
        int block = space.greedy(wanted);
        return block != NONE ? block : space.best(wanted);
    }

    /// Grows before it searches to the end: a search of every free block is made only where the answer else is ENOMEM.
    private int takeOrGrow(int found, Wanted wanted) {
        int block = found;
        if (block == NONE) {
            block = regions.grow(wanted);
        }
        if (block == NONE) {
            block = space.any(wanted);
        }
        return block == NONE ? NONE : space.take(block, wanted);
    }

    private Allocation handOut(int block, long bytes) {
        PoolRegion region = space.region(block);
        if (parameters.poison()) {
            lookForWrites(block);
        }
        Allocation taken = new Allocation(this, region, block, space.start(block), bytes);
        if (block >= byBlock.length) {
            byBlock = Arrays.copyOf(byBlock, Math.max(block + 1, byBlock.length * 2));
        }
        byBlock[block] = taken;
        region.taken++;
        liveSlices++;
        return taken;
    }

    private void lookForWrites(int block) {
        long change = Poison.firstChange(bytes(block));
        if (change >= 0) {
            writesAfterRelease++;
            long offset = space.region(block).poolStart() + space.start(block) + change;
            LOG.log(Level.ERROR, "pool {0}: bytes at offset {1} were written after their release", name, "" + offset);
        }
    }

    private MemorySegment bytes(int block) {
        return space.region(block).memory().memory().asSlice(space.start(block), space.bytes(block));
    }

    /// The slice that begins there and is not closed.
    Allocation held(long offset) {
        lock.lock();
        try {
            requireOpen();
            int block = space.startingAt(offset);
            Allocation found = block < byBlock.length ? byBlock[block] : null;
            if (found == null || !found.isHeld()) {
                throw new SchemeException(Errno.EINVAL, "no slice of pool " + name + " begins at offset " + offset);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new SchemeException(Errno.ESHUTDOWN, "pool " + name + " is closed");
        }
    }

    Guard guard(Allocation root, String holder) {
        lock.lock();
        try {
            if (root.isFreed()) {
                throw new SchemeException(Errno.EFAULT, root + " is freed");
            }
            HeldGuard guard = new HeldGuard(this, root, holder, nanoTime.getAsLong());
            root.guards++;
            guards.add(guard);
            return guard;
        } finally {
            lock.unlock();
        }
    }

    /// A second call for the same guard does nothing.
    void unguard(HeldGuard guard) {
        Region unused = null;
        lock.lock();
        try {
            Allocation root = guard.root();
            if (guards.remove(guard) && --root.guards == 0 && !root.isHeld()) {
                guardedSlices--;
                unused = free(root);
            }
        } finally {
            lock.unlock();
        }
        closeUnused(unused);
    }

    void release(Allocation root) {
        Region unused;
        lock.lock();
        try {
            if (!root.isHeld()) {
                throw new SchemeException(Errno.EALREADY, root + " was closed before");
            }
            unused = end(root);
        } finally {
            lock.unlock();
        }
        closeUnused(unused);
    }

    private @Nullable Region end(Allocation root) {
        liveSlices--;
        if (root.guards > 0) {
            root.become(Allocation.State.CLOSED);
            guardedSlices++;
            return null;
        }
        return free(root);
    }

    /// @return the region, if the pool is closed and this was the last slice in it
    private @Nullable Region free(Allocation root) {
        root.become(Allocation.State.FREED);
        byBlock[root.block()] = null;
        if (parameters.poison()) {
            Poison.fill(bytes(root.block()));
        }
        space.release(root.block());
        root.region().taken--;
        return closed ? regions.dropIfUnused(root.region()) : null;
    }

    /// Outside the lock: ending views may take a while.
    private static void closeUnused(@Nullable Region region) {
        if (region != null) {
            region.close();
        }
    }

    /// Ends the pool and frees its regions. A second call does nothing.
    ///
    /// @throws SchemeException EADDRINUSE, and nothing changes, while a slice is live or guarded
    @Override
    public void close() {
        List<Region> unused;
        lock.lock();
        try {
            if (liveSlices + guardedSlices > 0 && !closed) {
                throw new SchemeException(
                        Errno.EADDRINUSE,
                        "pool " + name + " has " + liveSlices + " live and " + guardedSlices + " guarded slices");
            }
            unused = endAll();
        } finally {
            lock.unlock();
        }
        unused.forEach(Region::close);
    }

    /// Ends the pool because its context died: all slices are closed. Regions with guarded bytes stay until the last
    /// guard in them goes; the others are freed now. A second call does nothing.
    public void closeForced() {
        List<Region> unused;
        lock.lock();
        try {
            unused = endAll();
        } finally {
            lock.unlock();
        }
        unused.forEach(Region::close);
    }

    /// @return the regions that nobody may touch any more
    private List<Region> endAll() {
        endSlices();
        closed = true;
        return regions.dropUnused();
    }

    private void endSlices() {
        for (Allocation root : byBlock) {
            if (root != null && root.isHeld()) {
                end(root);
            }
        }
    }

    /// All guards that are held, oldest first.
    public List<GuardReport> guards() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            return guards.stream().map(guard -> guard.report(now)).toList();
        } finally {
            lock.unlock();
        }
    }

    /// Numbers that belong together.
    public PoolStatistics statistics() {
        lock.lock();
        try {
            return new PoolStatistics(
                    space.bytesInUse(), regions.bytes(), liveSlices, guardedSlices, guards.size(), writesAfterRelease);
        } finally {
            lock.unlock();
        }
    }
}
