package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Some bytes of an allocation, as one plug-in instance may see them, for as long as the bytes are taken. Immutable but
/// for what it remembers; who hands it to a plug-in adds an end ([Loan], [RequestSlice]).
final class Window implements PooledSlice {
    private final Allocation root;
    private final long from;
    private final long length;
    private final Access access;
    private final ViewArena view;

    // Remembered without order: each object is immutable, and a thread that misses one makes an equal one.
    private @Nullable MemorySegment segment;
    private @Nullable Window lentLast;
    private @Nullable Window lentBefore;

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

    @Override
    public Window window() {
        return this;
    }

    Allocation root() {
        return root;
    }

    ViewArena view() {
        return view;
    }

    @Override
    public long offset() {
        return root.offset() + from;
    }

    @Override
    public long address() {
        return root.address() + from;
    }

    @Override
    public OptionalLong fileOffset() {
        return root.region()
                .memory()
                .file()
                .map(file -> OptionalLong.of(file.offset() + root.start() + from))
                .orElse(OptionalLong.empty());
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Access access() {
        return access;
    }

    @Override
    public boolean isLive() {
        return isLendable() && view.isOpen();
    }

    @Override
    public boolean isLendable() {
        return !root.isFreed();
    }

    @Override
    public void close() {
        // The bytes belong to who acquired them.
    }

    Window part(long partFrom, long partLength) {
        if (partFrom < 0 || partLength < 0 || partFrom > length || partLength > length - partFrom) {
            throw new SchemeException(Errno.EFAULT, "part " + partFrom + "+" + partLength + " of " + length + " bytes");
        }
        return new Window(root, from + partFrom, partLength, access, view);
    }

    Window restricted(Access wanted) {
        requireAccess(wanted);
        return new Window(root, from, length, wanted, view);
    }

    /// The same bytes for a borrower. The last two borrowers' windows are remembered, with their segments.
    Window seenBy(ViewArena borrower, Access wanted) {
        requireAccess(wanted);
        Window last = lentLast;
        if (last != null && last.isFor(borrower, wanted)) {
            return last;
        }
        Window before = lentBefore;
        Window seen = before != null && before.isFor(borrower, wanted)
                ? before
                : new Window(root, from, length, wanted, borrower);
        lentBefore = last;
        lentLast = seen;
        return seen;
    }

    // One arena is one instance.
    @SuppressWarnings("ReferenceEquality")
    private boolean isFor(ViewArena borrower, Access wanted) {
        return view == borrower && access == wanted;
    }

    void requireAccess(Access wanted) {
        if (!access.allows(wanted)) {
            throw new SchemeException(Errno.EACCES, root + " is " + access + ", not " + wanted);
        }
    }

    /// The same object each time; two threads may race to make it, and either one will do.
    MemorySegment bytes() {
        MemorySegment known = segment;
        if (known == null) {
            MemorySegment bytes = view.view(root.region().memory()).asSlice(root.start() + from, length);
            known = access.canWrite() ? bytes : bytes.asReadOnly();
            segment = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return length + " bytes at 0x" + Long.toHexString(address()) + " as " + view.holder() + " sees them";
    }
}
