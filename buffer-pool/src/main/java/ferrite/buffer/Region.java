package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One off-heap mapping with its place in the shared address space.
///
/// Made by a [RegionSource]; belongs to the pool that asked for it, until [#close]. Everybody else sees its bytes only
/// through a [ViewArena]. Closing a region ends all views of it before the memory goes, so a segment that somebody
/// kept fails with IllegalStateException and never reaches unmapped memory. Safe from any thread.
public final class Region {
    /// Lengths are multiples of this, bytes.
    public static final long PAGE_BYTES = 4096;

    private static final System.Logger LOG = System.getLogger(Region.class.getName());

    private final long base;
    private final MemorySegment memory;
    private final PageKind pages;
    private final Runnable free;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<RegionView> views = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /// @param base first address, a multiple of [AddressSpace#BASE_ALIGNMENT_BYTES]
    /// @param memory the bytes: off-heap, writable, a whole number of pages, usable from every thread
    /// @param free run once when the region is closed; frees the memory and gives the address range back
    public Region(long base, MemorySegment memory, Runnable free) {
        this(base, memory, PageKind.SMALL, free);
    }

    Region(long base, MemorySegment memory, PageKind pages, Runnable free) {
        if (base <= 0 || base % AddressSpace.BASE_ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException("base 0x" + Long.toHexString(base) + " is not a multiple of 2 MiB");
        }
        if (!memory.isNative() || memory.isReadOnly() || memory.byteSize() == 0) {
            throw new IllegalArgumentException("memory must be off-heap, writable and not empty");
        }
        if (memory.byteSize() % PAGE_BYTES != 0 || memory.address() % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(memory.byteSize() + " bytes are not whole 4096-byte pages");
        }
        this.base = base;
        this.memory = memory;
        this.pages = pages;
        this.free = free;
    }

    /// First address in the shared address space.
    public long base() {
        return base;
    }

    /// Size in bytes.
    public long length() {
        return memory.byteSize();
    }

    /// What pages it stands on.
    public PageKind pages() {
        return pages;
    }

    /// The bytes, for the runtime alone; lives until [#close].
    public MemorySegment memory() {
        return memory;
    }

    RegionView openView(ViewArena owner) {
        lock.lock();
        try {
            if (closed) {
                throw new SchemeException(Errno.EFAULT, this + " is gone");
            }
            RegionView view = new RegionView(owner, this);
            views.add(view);
            return view;
        } finally {
            lock.unlock();
        }
    }

    void forget(RegionView view) {
        views.remove(view);
    }

    /// Ends all views, then frees the memory. A second call does nothing.
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        boolean allEnded = true;
        for (RegionView view : List.copyOf(views)) {
            allEnded &= view.close();
            view.owner().forget(this);
        }
        if (allEnded) {
            free.run();
        } else {
            LOG.log(Level.WARNING, "{0} stays mapped: a system call still uses a view of it", this);
        }
    }

    @Override
    public String toString() {
        return "region 0x" + Long.toHexString(base) + "+" + length();
    }
}
