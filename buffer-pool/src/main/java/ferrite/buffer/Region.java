package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable FileRange file;
    private final Runnable free;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<RegionView> views = ConcurrentHashMap.newKeySet();
    private boolean closed;
    private boolean freed;

    /// @param base first address, a multiple of [AddressSpace#BASE_ALIGNMENT_BYTES]
    /// @param memory the bytes: off-heap, writable, a whole number of pages, usable from every thread
    /// @param free run once when the region is closed; frees the memory and gives the address range back
    public Region(long base, MemorySegment memory, Runnable free) {
        this(base, new SystemPages.Mapped(memory, PageKind.SMALL, null), free);
    }

    Region(long base, SystemPages.Mapped mapped, Runnable free) {
        MemorySegment memory = mapped.memory();
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
        this.pages = mapped.kind();
        this.file = mapped.file();
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

    /// Where it stands in a file; empty: it is private memory.
    public Optional<FileRange> file() {
        return Optional.ofNullable(file);
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

    /// The view has ended. The last one of a closed region frees the memory.
    void forget(RegionView view) {
        views.remove(view);
        freeIfUnseen();
    }

    /// Ends all views, then frees the memory. A view that a system call uses ends later, with its owner or at the owner's
    /// next [ViewArena#sweep]; the memory goes then. A second call does nothing more.
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        endViews();
        freeIfUnseen();
        if (!views.isEmpty()) {
            LOG.log(Level.WARNING, "{0} stays mapped until a system call that uses a view of it returns", this);
        }
    }

    /// [#close] of a region that was closed, and has a view that could not be ended; otherwise nothing.
    void retryClose() {
        boolean retry;
        lock.lock();
        try {
            retry = closed;
        } finally {
            lock.unlock();
        }
        if (retry) {
            endViews();
        }
    }

    private void endViews() {
        for (RegionView view : List.copyOf(views)) {
            if (view.close()) {
                view.owner().forget(this);
                forget(view);
            }
        }
    }

    private void freeIfUnseen() {
        lock.lock();
        try {
            if (!closed || freed || !views.isEmpty()) {
                return;
            }
            freed = true;
        } finally {
            lock.unlock();
        }
        free.run();
    }

    @Override
    public String toString() {
        return "region 0x" + Long.toHexString(base) + "+" + length();
    }
}
