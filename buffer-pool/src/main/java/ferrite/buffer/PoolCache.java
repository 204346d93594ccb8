package ferrite.buffer;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.SliceCache;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Slices without an object, a lock or an atomic: one owner's part of a pool, taken from it and given back in chunks.
///
/// A slice is a `long`, its **handle**: place, length and generation. Releasing ends it; an old handle is refused with
/// EFAULT or EALREADY, one of another cache with EINVAL. The bytes can be turned into a [BufferSlice] with [#slice]
/// when they are to go on a ring, be guarded or be mapped for a device.
///
/// ```
///  bytes ≤ 4 KiB                  slot of a slab   Slabs
///  bytes and alignment ≤ 64 KiB   run of cells     ChunkRuns      ── chunks of 64 KiB ───▶ SharedBufferPool (TLSF)
///  else, or pool without chunk    block            DirectBlocks   ── one by one ─────────▶
/// ```
///
/// ## Who may call
/// One thread at a time is the owner, and the [Owner] says which: the holder of a context's token, whatever thread
/// that is from turn to turn, or the thread that made the cache. Only the owner acquires. Any thread may release; a
/// release by another is put aside and taken over by the owner with its next acquire after [RemoteReleases#BATCH] of
/// them, or when it runs out of room. A thread that had the token and gave it away is another one from then on, also for the
/// last holder of a slice, whose bytes come back on whatever thread lets go. [#address] and [#length] may be asked by
/// whoever got the handle from the owner in an orderly way.
///
/// ## Bounds
/// The cache keeps one empty chunk and one more for every 256 it has, up to 32. 33,554,432 places of each kind (ENOMEM beyond).
/// A stale handle is caught with certainty for 8,191 further uses of the same place.
///
/// After the thread caches of mimalloc (Leijen, Zorn, de Moura, "Mimalloc: Free List Sharding in Action", MSR-TR-2019-18)
/// and the magazines of Bonwick and Adams ("Magazines and Vmem", USENIX 2001): sharded by owner, exchanged in batches.
public final class PoolCache implements SliceCache {
    private static final AtomicInteger SERIALS = new AtomicInteger();

    private final SharedBufferPool pool;
    private final ViewArena view;
    private final int tag;
    private final WriteWatch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final RemoteReleases remote = new RemoteReleases(lock);
    private final CacheTables tables;
    private final ChunkRuns runs;
    private final Slabs slabs;
    private final DirectBlocks direct;
    private final Uses slabUses;
    private final Uses runUses;
    private final CacheErrors errors;
    private final LentBlocks lent = new LentBlocks();

    /// ORDER: plain, as are the tables behind it. One owner's writes come before the next one's reads by the
    /// compare-and-set that passes the token on, see [Owner].
    private Owner owner;

    /// The owner for good; null: the owner changes. Spares a call on the common path.
    private @Nullable Thread ownThread;

    private final boolean watching;

    private volatile boolean ended;
    private long handles;
    private long acquiredAddress;
    private long requestedBytes;
    private long requestedBytesMost;
    private long directBytes;
    private long heldBytesMost;

    /// @param view for [#segment] and [#slice]
    PoolCache(SharedBufferPool pool, ViewArena view, Owner owner) {
        this.pool = pool;
        this.owner = owner;
        this.view = view;
        this.watch = pool.watch();
        this.watching = watch.isOn();
        this.ownThread = owner instanceof OneThread(Thread thread) ? thread : null;
        int serial = SERIALS.getAndIncrement();
        this.tag = Handles.tag(serial);
        this.tables = new CacheTables(lock, (serial + 1) * 0x9E3D);
        this.runs = tables.runs;
        this.slabs = tables.slabs;
        this.direct = tables.direct;
        this.slabUses = slabs.uses();
        this.runUses = runs.uses();
        this.errors = new CacheErrors(pool.name());
    }

    private boolean isMine() {
        return Thread.currentThread() == ownThread || owner.isMe();
    }

    /// [#tryAcquireHandle] with an exception.
    ///
    /// @throws SchemeException also ENOMEM if the pool is at its limit
    @Override
    public long acquireHandle(long bytes, long alignment) {
        long handle = tryAcquireHandle(bytes, alignment);
        if (handle == Handles.NONE) {
            throw new SchemeException(
                    Errno.ENOMEM, "pool " + pool.name() + ", " + bytes + " bytes: " + pool.statistics());
        }
        return handle;
    }

    /// Takes `bytes` bytes, the first at a multiple of `alignment` in shared address space. Content is unspecified.
    ///
    /// @param bytes 1 and up
    /// @param alignment power of two, 1..1 GiB
    /// @return the handle, or 0 if the pool is at its limit
    /// @throws SchemeException EINVAL for a bad size or alignment, EACCES if another thread is the owner, ESHUTDOWN if
    ///         the cache or the pool is closed
    @Override
    public long tryAcquireHandle(long bytes, long alignment) {
        if (!isMine()) {
            throw notOwner();
        }
        if (remote.waiting() >= RemoteReleases.BATCH) {
            takeBack();
        }
        if ((((bytes - 1) | (alignment - 1)) >>> 16) != 0 || (alignment & (alignment - 1)) != 0) {
            return acquireDirect(bytes, alignment);
        }
        int length = (int) bytes;
        int log2 = Long.numberOfTrailingZeros(alignment);
        int sizeClass = SlabClasses.of(length, log2);
        long handle;
        if (sizeClass != SlabClasses.NONE) {
            int place = slabs.take(sizeClass);
            if (place == Slabs.NONE) {
                return acquireAgain(length, log2);
            }
            handle = Handles.of(slabUses.begin(place, 0, length), tag, Handles.SLAB, place);
            acquiredAddress = slabs.address(place);
        } else {
            int place = runs.take(ChunkRuns.cells(length), log2);
            if (place == ChunkRuns.NONE) {
                return acquireAgain(length, log2);
            }
            handle = Handles.of(runs.begin(place, length), tag, Handles.RUN, place >>> ChunkRuns.PLACES_A_USE_LOG2);
            acquiredAddress = runs.address(place);
        }
        handles++;
        requestedBytes += length;
        requestedBytesMost = Math.max(requestedBytesMost, requestedBytes);
        if (watching) {
            watch.taken(tables.memory(Handles.kind(handle), Handles.place(handle)));
        }
        return handle;
    }

    /// Nothing fits in the chunks there are.
    private long acquireAgain(int length, int alignmentLog2) {
        boolean more = remote.waiting() > 0;
        if (more) {
            takeBack();
        } else {
            more = addChunks();
        }
        return more ? tryAcquireHandle(length, 1L << alignmentLog2) : acquireDirect(length, 1L << alignmentLog2);
    }

    private boolean addChunks() {
        try {
            pool.lendChunks(this, 1 + spareChunks(), lent);
        } finally {
            takeOver();
        }
        return runs.emptyChunks() > 0;
    }

    private void takeOver() {
        for (int i = 0; i < lent.count(); i++) {
            if (!runs.add(lent, i)) {
                pool.takeBack(lent.block(i));
            }
        }
        noteHeld();
    }

    /// How many chunks more than one the cache may have too much.
    private int spareChunks() {
        return Math.min(LentBlocks.BLOCKS_MAX - 1, runs.chunks() >>> 8);
    }

    private void noteHeld() {
        heldBytesMost = Math.max(heldBytesMost, heldBytes());
    }

    private long heldBytes() {
        return ((long) runs.chunks() << ChunkRuns.CHUNK_LOG2) + directBytes;
    }

    private long acquireDirect(long bytes, long alignment) {
        if (!pool.lend(this, bytes, alignment, lent)) {
            flush(); // what this cache keeps may be what is missing
            if (!pool.lend(this, bytes, alignment, lent)) {
                return Handles.NONE;
            }
        }
        int place = direct.add(lent, bytes);
        if (place == DirectBlocks.NONE) {
            pool.takeBack(lent.block(0));
            return Handles.NONE;
        }
        handles++;
        requestedBytes += bytes;
        requestedBytesMost = Math.max(requestedBytesMost, requestedBytes);
        directBytes += pool.bytesOf(lent.block(0));
        noteHeld();
        acquiredAddress = direct.address(place);
        return Handles.of(direct.uses().begin(place, 0, 1), tag, Handles.DIRECT, place);
    }

    /// Gives the bytes back. Any thread. If two threads release one handle, the second is refused; if they do it at the
    /// very same moment and one of them is the owner, it may be accepted, and does nothing.
    ///
    /// @throws SchemeException EALREADY if it was released before, EINVAL if the handle is of another cache, ESHUTDOWN
    ///         if the cache is closed
    @Override
    public void release(long handle) {
        if (!isMine()) {
            releaseFromElsewhere(handle);
            return;
        }
        if (!Handles.hasTag(handle, tag)) {
            throw errors.foreign(handle);
        }
        if (watching) {
            poison(handle);
        }
        if (remote.holds(handle) || !endAndGive(handle)) {
            throw errors.released(handle);
        }
    }

    /// @return false if the handle is stale
    private boolean endAndGive(long handle) {
        int entry = Handles.entry(handle);
        int kind = Handles.kind(handle);
        int use = Handles.use(handle);
        if (kind == Handles.SLAB) {
            if (!slabUses.end(entry, use)) {
                return false;
            }
            countReleased(Handles.length(handle));
            slabs.give(entry);
        } else if (kind == Handles.RUN) {
            if (!runUses.end(entry, use)) {
                return false;
            }
            countReleased(Handles.length(handle));
            runs.give(Handles.runPlace(handle), ChunkRuns.cells(Handles.length(handle)));
        } else {
            if (!direct.uses().end(entry, use)) {
                return false;
            }
            countReleased(direct.length(entry));
            giveDirect(entry);
        }
        giveSpareChunks();
        return true;
    }

    private void countReleased(long bytes) {
        handles--;
        requestedBytes -= bytes;
    }

    private void giveDirect(int place) {
        int block = direct.remove(place);
        directBytes -= pool.bytesOf(block);
        pool.takeBack(block);
    }

    /// The place of a slice that was made of a handle.
    private void give(int kind, int place) {
        if (kind == Handles.SLAB) {
            slabs.give(place);
        } else if (kind == Handles.RUN) {
            runs.give(place, runs.sliceCells(place));
        } else {
            giveDirect(place);
        }
        giveSpareChunks();
    }

    private void giveSpareChunks() {
        if (runs.emptyChunks() > 1 + spareChunks()) {
            giveChunks(1 + (spareChunks() >>> 1));
        }
    }

    /// @param kept empty chunks that stay
    private void giveChunks(int kept) {
        while (runs.emptyChunks() > kept) {
            pool.takeBack(runs.removeEmpty());
        }
    }

    /// The owner ends the handle later; another release of it is refused from now on.
    private void releaseFromElsewhere(long handle) {
        lock.lock();
        try {
            requireOpen();
            if (!Handles.hasTag(handle, tag)) {
                throw errors.foreign(handle);
            }
            if (!tables.is(handle) || !remote.addHandle(handle)) {
                throw errors.released(handle);
            }
        } finally {
            lock.unlock();
        }
    }

    /// A slice that was made of a handle is closed and nobody holds it. Any thread, no lock held.
    void sliceFreed(int kindAndPlace) {
        if (isMine()) {
            give(Handles.kind(kindAndPlace), Handles.placeOf(kindAndPlace));
            return;
        }
        lock.lock();
        try {
            remote.addPlace(kindAndPlace);
        } finally {
            lock.unlock();
        }
    }

    private void takeBack() {
        int count = remote.take();
        for (int i = 0; i < count; i++) {
            long taken = remote.taken(i);
            if (Handles.use(taken) == 0) {
                give(Handles.kind(taken), Handles.placeOf((int) taken));
            } else {
                if (watching) {
                    poison(taken);
                }
                endAndGive(taken); // if it is stale, the owner has released it itself
            }
        }
    }

    /// Place of the first byte in the shared address space.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache
    @Override
    public long address(long handle) {
        requireLive(handle);
        return tables.address(Handles.kind(handle), Handles.place(handle));
    }

    @Override
    public long acquiredAddress() {
        return acquiredAddress;
    }

    /// Size in bytes, as asked for.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache
    @Override
    public long length(long handle) {
        requireLive(handle);
        return tables.length(handle);
    }

    /// Whether the handle was not released. False for a handle of another cache.
    @Override
    public boolean isLive(long handle) {
        return !ended && Handles.hasTag(handle, tag) && tables.is(handle) && !remote.holds(handle);
    }

    private void requireLive(long handle) {
        if (!Handles.hasTag(handle, tag)) {
            throw errors.foreign(handle);
        }
        if (!tables.is(handle) || remote.holds(handle)) {
            throw errors.stale(handle);
        }
    }

    /// The bytes, through the plug-in instance's view. Works until that is closed, not only until the release: a caller
    /// that keeps the segment longer than the handle reads what others write.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache
    /// @throws IllegalStateException if the instance has stopped
    @Override
    public MemorySegment segment(long handle) {
        long address = address(handle);
        Region region =
                tables.region(Handles.kind(handle), Handles.place(handle)).memory();
        return view.view(region).asSlice(address - region.base(), length(handle));
    }

    /// Turns a handle into a slice that can be guarded, lent and found by a successor. The handle ends; the slice owns
    /// the bytes until it is closed.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache, EACCES if another
    ///         thread is the owner
    @Override
    public BufferSlice slice(long handle) {
        if (!isMine()) {
            throw notOwner();
        }
        view.requireOpen();
        long address = address(handle);
        long length = length(handle);
        int kind = Handles.kind(handle);
        int place = Handles.place(handle);
        CachedBytes bytes = new CachedBytes(this, kind | place, tables.block(kind, place), tables.region(kind, place));
        Allocation root = pool.enter(bytes, address, length);
        tables.end(handle);
        handles--;
        requestedBytes -= length;
        return new OwnedSlice(root, view);
    }

    /// [#acquireHandle] and [#slice] in one.
    public BufferSlice acquire(long bytes, long alignment) {
        view.requireOpen();
        return slice(acquireHandle(bytes, alignment));
    }

    /// Makes a slice shorter or longer where it stands.
    ///
    /// @param bytes 1 and up
    /// @return the new handle, the old one has ended; or 0 if there is no room, then the old one goes on
    /// @throws SchemeException EINVAL for a bad size or a handle of another cache, EFAULT if the handle was released,
    ///         EACCES if another thread is the owner
    @Override
    public long resize(long handle, long bytes) {
        if (!isMine()) {
            throw notOwner();
        }
        Wanted.check(bytes, 1);
        long before = length(handle);
        int kind = Handles.kind(handle);
        int place = Handles.place(handle);
        if (watching || !fits(kind, place, bytes)) {
            return Handles.NONE; // in debug mode the border between poisoned and used bytes stays where it is
        }
        requestedBytes += bytes - before;
        requestedBytesMost = Math.max(requestedBytesMost, requestedBytes);
        int inHandle = kind == Handles.DIRECT ? 1 : (int) bytes;
        return Handles.of(tables.endAndBegin(handle, inHandle), tag, kind, Handles.entry(handle));
    }

    private boolean fits(int kind, int place, long bytes) {
        return switch (kind) {
            case Handles.SLAB -> bytes <= slabs.stride(place);
            case Handles.RUN ->
                bytes <= Handles.LENGTH_MAX && runs.resize(place, runs.sliceCells(place), ChunkRuns.cells((int) bytes));
            default -> resizeDirect(place, bytes);
        };
    }

    private boolean resizeDirect(int place, long bytes) {
        int block = direct.block(place);
        long before = pool.bytesOf(block);
        if (!pool.resizeLent(block, bytes)) {
            return false;
        }
        directBytes += pool.bytesOf(block) - before;
        noteHeld();
        direct.setLength(place, bytes);
        return true;
    }

    /// A direct block is poisoned by the pool.
    private void poison(long handle) {
        int kind = Handles.kind(handle);
        if (kind != Handles.DIRECT && isLive(handle)) {
            watch.released(tables.memory(kind, Handles.place(handle)));
        }
    }

    /// Gives back to the pool all that is not in use.
    ///
    /// @throws SchemeException EACCES if another thread is the owner, ESHUTDOWN if the cache is closed
    @Override
    public void flush() {
        if (!isMine()) {
            throw notOwner();
        }
        takeBack();
        slabs.dropEmpty();
        giveChunks(0);
    }

    /// Ends all handles and gives the bytes back; slices that were made of handles go on. Any thread, once the owner
    /// has stopped; the end of the plug-in instance does it. A second call does nothing.
    @Override
    public void close() {
        end();
        pool.end(this);
        view.forget(this);
    }

    /// The pool has ended it, or is going to.
    void end() {
        ended = true;
        owner = () -> false;
        ownThread = null;
        remote.end();
    }

    /// See [CacheStatistics].
    public CacheStatistics statistics() {
        if (ended) {
            return new CacheStatistics(0, heldBytesMost, 0, 0, requestedBytesMost, 0);
        }
        return new CacheStatistics(
                heldBytes(), heldBytesMost, handles, requestedBytes, requestedBytesMost, remote.waiting());
    }

    private void requireOpen() {
        if (ended) {
            throw errors.closed();
        }
    }

    private SchemeException notOwner() {
        return ended ? errors.closed() : errors.notOwner();
    }
}
