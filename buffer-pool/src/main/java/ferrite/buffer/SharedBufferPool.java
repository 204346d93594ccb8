package ferrite.buffer;

import static ferrite.buffer.BlockTable.NONE;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The memory of one context: regions, the slices in them, and who holds them.
///
/// Made and closed by the runtime; plug-ins take slices through a [PoolView], or through a [PoolCache] of their own.
/// Safe from any thread: one lock per pool, held for O(1) steps, but also while a region is made and, in debug mode,
/// while bytes are poisoned. Caches take it once per chunk, [Slices] only when the last holder of a closed slice goes.
/// Regions are added up to the limit; see [PoolParameters#emptyBytesKept] and [#shrink] for when they go.
public final class SharedBufferPool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SharedBufferPool.class.getName());

    private final String name;
    private final LongSupplier nanoTime;
    private final WriteWatch watch;

    private final ReentrantLock lock = new ReentrantLock();
    private final PoolBlocks blocks;
    private final HeldSlices slices = new HeldSlices();
    private final HolderOverflow overflow = new HolderOverflow();
    private final List<PoolCache> caches = new ArrayList<>();
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
        this(name, parameters, source, null, nanoTime);
    }

    /// @param name the context's, for messages
    /// @param source makes the regions, the first one now
    /// @param lowSource makes regions below 4 GiB when a device needs some ([RegionSource#below4GiB]); null: `source`
    ///         serves, and such a request fails with ENOMEM if that gives no low memory
    /// @param nanoTime clock for the age of guards, nanoseconds
    public SharedBufferPool(
            String name,
            PoolParameters parameters,
            RegionSource source,
            @Nullable RegionSource lowSource,
            LongSupplier nanoTime) {
        this.name = name;
        this.nanoTime = nanoTime;
        this.watch = new WriteWatch(name, parameters.poison());
        this.blocks = new PoolBlocks(parameters, source, lowSource, watch);
    }

    /// The context's name.
    public String name() {
        return name;
    }

    WriteWatch watch() {
        return watch;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    /// [#locked] for steps that leave something to be done without the lock.
    private <T> T lockedThenClose(Leftover leftover, Supplier<T> step) {
        try {
            return locked(step);
        } finally {
            leftover.closeRegions();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new SchemeException(Errno.ESHUTDOWN, "pool " + name + " is closed");
        }
    }

    /// @return null: ENOMEM, or EADDRINUSE for a fixed place
    @Nullable
    Allocation take(long bytes, long alignment, AllocationStrategy strategy) {
        Wanted.check(bytes, alignment);
        lock.lock();
        try {
            requireOpen();
            return slice(blocks.take(bytes, alignment, strategy), bytes);
        } finally {
            lock.unlock();
        }
    }

    /// [#take] from the regions for devices with 32 address bits.
    @Nullable
    Allocation takeLow(long bytes, long alignment) {
        Wanted.check(bytes, alignment);
        lock.lock();
        try {
            requireOpen();
            return slice(blocks.takeLow(bytes, alignment), bytes);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Allocation slice(int block, long bytes) {
        if (block == NONE) {
            return null;
        }
        Allocation taken = new Allocation(this, blocks.region(block), block, blocks.start(block), bytes);
        slices.add(taken);
        return taken;
    }

    /// The slice that begins there and is not closed.
    Allocation held(long offset) {
        lock.lock();
        try {
            requireOpen();
            Allocation found = slices.at(blocks.startingAt(offset), offset);
            if (found == null || !found.isHeld()) {
                throw new SchemeException(Errno.EINVAL, "no slice of pool " + name + " begins at offset " + offset);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /// The same bytes and more behind them, or fewer.
    ///
    /// @return null if there is no room behind them
    /// @throws SchemeException EALREADY if the slice is closed, EBUSY if somebody holds it
    @Nullable
    Allocation resize(Allocation root, long bytes) {
        Wanted.check(bytes, 1);
        lock.lock();
        try {
            requireOpen();
            if (!root.isHeld()) {
                throw new SchemeException(Errno.EALREADY, root + " was closed before");
            }
            if (root.holders() > 0) {
                throw new SchemeException(Errno.EBUSY, root + " has " + root.holders() + " holders");
            }
            long before = blocks.bytes(root.block());
            if (root.cachedBytes() != null || !blocks.resize(root.block(), bytes)) {
                return null;
            }
            if (!root.giveUp()) {
                blocks.resize(root.block(), root.length());
                throw new SchemeException(Errno.EBUSY, root + " got a holder meanwhile");
            }
            watchResized(root.block(), before);
            slices.remove(root);
            return slice(root.block(), bytes);
        } finally {
            lock.unlock();
        }
    }

    /// What cannot be reached is logged: the slice has its new length, and its owner finds out at the next touch.
    private void watchResized(int block, long before) {
        try {
            blocks.resized(block, before);
        } catch (SchemeException unreachable) {
            LOG.log(Level.ERROR, unreachable.getMessage());
        }
    }

    /// A holder for whom the allocation has no place left.
    void noteWithoutPlace(Allocation root, Holder holder) {
        lock.lock();
        try {
            overflow.add(root, holder);
        } finally {
            lock.unlock();
        }
    }

    /// @return whether it was noted
    boolean forgetWithoutPlace(Allocation root, Holder holder) {
        return locked(() -> overflow.remove(root, holder));
    }

    /// The owner is done.
    ///
    /// @throws SchemeException EALREADY if it was closed before; EIO if the bytes cannot be poisoned, which are free
    ///         then
    void release(Allocation root) {
        Leftover leftover = new Leftover();
        boolean free = lockedThenClose(leftover, () -> slices.close(root) && free(root, leftover));
        if (free) {
            tellCache(root);
        }
        leftover.throwFailure();
    }

    /// The last holder of a closed allocation is gone.
    void freeGuarded(Allocation root) {
        Leftover leftover = new Leftover();
        lockedThenClose(leftover, () -> {
            slices.endGuarded(root);
            return free(root, leftover);
        });
        tellCache(root);
        leftover.logFailure();
    }

    private boolean free(Allocation root, Leftover leftover) {
        slices.remove(root);
        if (root.cachedBytes() == null) {
            freeBlock(root.block(), leftover);
            return true;
        }
        try {
            watch.released(root.region(), root.start(), root.length());
        } catch (SchemeException unreachable) {
            leftover.failed(unreachable);
        }
        if (!slices.isLent(root.block()) && !slices.hasSlices(root.block())) {
            freeBlock(root.block(), leftover); // its cache has ended before
        }
        return true;
    }

    private void freeBlock(int block, Leftover leftover) {
        SchemeException unreachable = poison(block);
        if (unreachable != null) {
            leftover.failed(unreachable);
        }
        Region region = blocks.free(block, closed);
        if (region != null) {
            leftover.close(region);
        }
    }

    /// @return what kept it from being poisoned
    private @Nullable SchemeException poison(int block) {
        try {
            blocks.poison(block);
            return null;
        } catch (SchemeException unreachable) {
            return unreachable;
        }
    }

    /// Without the lock: the cache has one of its own.
    private static void tellCache(Allocation root) {
        CachedBytes bytes = root.cachedBytes();
        if (bytes != null) {
            bytes.cache().sliceFreed(bytes.place());
        }
    }

    /// For a [PoolCache] that is new.
    void enter(PoolCache cache) {
        lock.lock();
        try {
            requireOpen();
            caches.add(cache);
        } finally {
            lock.unlock();
        }
    }

    /// Chunks for a cache; fewer than wanted if there is no room for more.
    void lendChunks(PoolCache cache, int wanted, LentBlocks lent) {
        lent.clear();
        lock.lock();
        try {
            requireOpen();
            for (int i = 0; i < wanted && lend(cache, blocks.takeBest(Wanted.CHUNK), lent); i++) {
                // until there is none
            }
        } finally {
            lock.unlock();
        }
    }

    /// One block for a cache.
    ///
    /// @return false: ENOMEM
    boolean lend(PoolCache cache, long bytes, long alignment, LentBlocks lent) {
        Wanted.check(bytes, alignment);
        lent.clear();
        lock.lock();
        try {
            requireOpen();
            return lend(cache, blocks.take(bytes, alignment, AllocationStrategy.BEST), lent);
        } finally {
            lock.unlock();
        }
    }

    private boolean lend(PoolCache cache, int block, LentBlocks lent) {
        if (block == NONE) {
            return false;
        }
        slices.lend(block, cache);
        lent.add(block, blocks.region(block), blocks.address(block));
        return true;
    }

    /// A block comes back from a cache. Makes no object.
    void takeBack(int block) {
        SchemeException unreachable = null;
        Region unused = null;
        lock.lock();
        try {
            if (!closed) { // else it was taken back then
                slices.takeBack(block);
                unreachable = poison(block);
                unused = blocks.free(block, false);
            }
        } finally {
            lock.unlock();
        }
        if (unused != null) {
            unused.close();
        }
        if (unreachable != null) {
            Leftover.log(unreachable);
        }
    }

    /// @return false if there is no room behind the block
    boolean resizeLent(int block, long bytes) {
        return locked(() -> {
            long before = blocks.bytes(block);
            boolean resized = blocks.resize(block, bytes);
            if (resized) {
                watchResized(block, before);
            }
            return resized;
        });
    }

    long bytesOf(int block) {
        lock.lock();
        try {
            return blocks.bytes(block);
        } finally {
            lock.unlock();
        }
    }

    /// A slice of bytes that are a cache's.
    ///
    /// @param address of the first byte
    Allocation enter(CachedBytes bytes, long address, long length) {
        lock.lock();
        try {
            requireOpen();
            long start = address - bytes.region().memory().base();
            Allocation root = new Allocation(this, bytes, start, length);
            slices.add(root);
            return root;
        } finally {
            lock.unlock();
        }
    }

    /// A cache ends: its blocks come back, but for those with slices in them, which come back with the last of these.
    void end(PoolCache cache) {
        Leftover leftover = new Leftover();
        lockedThenClose(leftover, () -> {
            if (caches.remove(cache)) {
                takeBackAll(cache, leftover);
            }
            return cache;
        });
        leftover.logFailure();
    }

    private void takeBackAll(@Nullable PoolCache cache, Leftover leftover) {
        for (int block : slices.takeBackAll(cache)) {
            freeBlock(block, leftover);
        }
    }

    /// Gives all regions back in which nothing is taken. Caches give theirs with [PoolCache#flush] before.
    ///
    /// @return bytes given back
    public long shrink() {
        List<Region> unused = locked(blocks::dropUnused);
        long bytes = 0;
        for (Region region : unused) {
            bytes += region.length();
            region.close();
        }
        return bytes;
    }

    /// Ends the pool and frees its regions. A second call does nothing.
    ///
    /// @throws SchemeException EADDRINUSE, and nothing changes, while a slice or a cache's handle is live, or a slice
    ///         is guarded
    @Override
    public void close() {
        end(true);
    }

    /// Ends the pool because its context died: all slices are closed, all handles end. Regions with guarded bytes stay
    /// until the last guard in them goes; the others are freed now. A second call does nothing.
    public void closeForced() {
        end(false);
    }

    private void end(boolean onlyIfUnused) {
        Leftover leftover = new Leftover();
        lockedThenClose(leftover, () -> {
            if (onlyIfUnused && !closed) {
                requireUnused();
            }
            caches.forEach(PoolCache::end);
            caches.clear();
            for (Allocation root : slices.all()) {
                if (root.isHeld() && slices.close(root)) {
                    free(root, leftover);
                }
            }
            takeBackAll(null, leftover);
            closed = true;
            blocks.dropUnused().forEach(leftover::close);
            return leftover;
        });
        leftover.logFailure();
    }

    private void requireUnused() {
        long handles = 0;
        for (PoolCache cache : caches) {
            handles += cache.statistics().handles();
        }
        if (slices.live() + slices.guarded() + handles > 0) {
            throw new SchemeException(
                    Errno.EADDRINUSE,
                    "pool " + name + " has " + slices.live() + " live and " + slices.guarded() + " guarded slices, and "
                            + handles + " handles");
        }
    }

    /// Every slice that is not freed. Under the lock.
    void forEachSlice(Consumer<Allocation> action) {
        lock.lock();
        try {
            slices.forEach(action);
        } finally {
            lock.unlock();
        }
    }

    /// Everybody who keeps bytes from being reused, the oldest first: guards, requests in rings, devices. Walks all
    /// slices.
    public List<GuardReport> guards() {
        List<GuardReport> found = new ArrayList<>();
        lock.lock();
        try {
            long now = nanoTime();
            slices.forEach(root -> root.forEachPlaced(holder -> found.add(GuardReport.of(root, holder, now))));
            overflow.forEach((root, holder) -> found.add(GuardReport.of(root, holder, now)));
        } finally {
            lock.unlock();
        }
        found.sort(GuardReport.OLDEST_FIRST);
        return found;
    }

    /// Bytes of slices that were closed and are kept by a holder: what a holder that never releases costs.
    public long guardedBytes() {
        return locked(slices::guardedBytes);
    }

    /// The caches that are not closed.
    public List<PoolCache> caches() {
        return locked(() -> List.copyOf(caches));
    }

    /// The memory that there is now, in the order of its places in the pool.
    public List<Region> regions() {
        return locked(blocks::regions);
    }

    /// Numbers that belong together, but for the guards, which come and go without the lock.
    public PoolStatistics statistics() {
        return locked(() -> new PoolStatistics(
                blocks.bytesInUse(),
                blocks.capacity(),
                slices.live(),
                slices.guarded(),
                slices.holders(),
                watch.found()));
    }

    long bytesInUse() {
        return locked(blocks::bytesInUse);
    }

    long capacity() {
        return locked(blocks::capacity);
    }

    int guardedSlices() {
        return locked(slices::guarded);
    }

    /// Memory of a slice of a cache, for debug mode.
    static MemorySegment memory(PoolRegion region, long address, long bytes) {
        return region.memory().memory().asSlice(address - region.memory().base(), bytes);
    }
}
