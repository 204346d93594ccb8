package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.Guard;

/// What a device may touch from one address on.
///
/// [ferrite.spi.buffer.DmaMap#unmap] names an address only, so all mappings that begin there share one entry, which
/// reaches as far as the longest of them until the last is unmapped: a device may for a moment touch more of a slice
/// than one request needs, never less.
final class Mapping {
    private static final long NOTHING = -1;

    private final Allocation root;
    private final long address;
    private final Guard guard;
    private int count;
    private volatile long readableBytes = NOTHING;
    private volatile long writableBytes = NOTHING;
    private volatile boolean mapped = true;

    Mapping(Allocation root, long address, Guard guard) {
        this.root = root;
        this.address = address;
        this.guard = guard;
    }

    Allocation root() {
        return root;
    }

    boolean isMapped() {
        return mapped;
    }

    /// Under the map's lock.
    void add(long length, Access access) {
        count++;
        if (access.canRead()) {
            readableBytes = Math.max(readableBytes, length);
        }
        if (access.canWrite()) {
            writableBytes = Math.max(writableBytes, length);
        }
    }

    /// Under the map's lock.
    ///
    /// @return whether that was the last
    boolean remove() {
        count--;
        return count == 0;
    }

    /// Ends the device's right first, the guard after it.
    void end() {
        mapped = false;
        guard.release();
    }

    /// Any numbers; a device's arithmetic is not trusted.
    boolean covers(long from, long length, Access access) {
        if (from < address || length < 0) {
            return false;
        }
        return length <= reach(access) - (from - address);
    }

    private long reach(Access access) {
        return switch (access) {
            case READ -> readableBytes;
            case WRITE -> writableBytes;
            case READ_WRITE -> Math.min(readableBytes, writableBytes);
        };
    }
}
