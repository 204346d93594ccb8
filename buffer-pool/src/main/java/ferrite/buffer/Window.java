package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Some bytes of an allocation, as one plug-in instance may see them. Says nothing about for how long.
final class Window {
    private final Allocation root;
    private final long from;
    private final long length;
    private final Access access;
    private final ViewArena view;
    private @Nullable MemorySegment segment;

    /// @param from first byte in the allocation, bytes
    Window(Allocation root, long from, long length, Access access, ViewArena view) {
        this.root = root;
        this.from = from;
        this.length = length;
        this.access = access;
        this.view = view;
    }

    static Window whole(Allocation root, ViewArena view) {
        return new Window(root, 0, root.length(), Access.READ_WRITE, view);
    }

    Allocation root() {
        return root;
    }

    ViewArena view() {
        return view;
    }

    long offset() {
        return root.offset() + from;
    }

    long address() {
        return root.address() + from;
    }

    long length() {
        return length;
    }

    Access access() {
        return access;
    }

    Window part(long partFrom, long partLength) {
        if (partFrom < 0 || partLength < 0 || partFrom > length || partLength > length - partFrom) {
            throw new SchemeException(Errno.EFAULT, "part " + partFrom + "+" + partLength + " of " + length + " bytes");
        }
        return new Window(root, from + partFrom, partLength, access, view);
    }

    Window restrict(Access wanted) {
        requireAccess(wanted);
        return new Window(root, from, length, wanted, view);
    }

    Window seenBy(ViewArena borrower, Access wanted) {
        requireAccess(wanted);
        return new Window(root, from, length, wanted, borrower);
    }

    void requireAccess(Access wanted) {
        if (!access.allows(wanted)) {
            throw new SchemeException(Errno.EACCES, root + " is " + access + ", not " + wanted);
        }
    }

    /// The same object each time; two threads may race to make it, and either one will do.
    MemorySegment segment() {
        MemorySegment known = segment;
        if (known == null) {
            MemorySegment bytes = view.view(root.region().memory()).asSlice(root.start() + from, length);
            known = access.canWrite() ? bytes : bytes.asReadOnly();
            segment = known;
        }
        return known;
    }
}
