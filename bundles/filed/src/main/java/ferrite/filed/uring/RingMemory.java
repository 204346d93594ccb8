package ferrite.filed.uring;

import ferrite.filed.linux.Linux;
import ferrite.filed.linux.LinuxErrno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A mapped part of an io_uring.
final class RingMemory {
    /// `mmap` offset of both rings together (`IORING_FEAT_SINGLE_MMAP`).
    static final long RINGS = 0;
    /// `mmap` offset of the submission entries.
    static final long ENTRIES = 0x1000_0000L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    /// @param offset [#RINGS] or [#ENTRIES]
    /// @throws ferrite.spi.error.SchemeException as `mmap` answers
    @SuppressWarnings("restricted")
    RingMemory(int fd, long bytes, long offset) {
        long address = LinuxErrno.require(Linux.mapRing(fd, bytes, offset), "mmap of an io_uring");
        // BOUNDS: exactly what was mapped; the arena ends before it is unmapped.
        segment = MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }

    /// The bytes; fail with IllegalStateException once unmapped.
    MemorySegment segment() {
        return segment;
    }

    void unmap() {
        long address = segment.address();
        long bytes = segment.byteSize();
        arena.close();
        Linux.unmap(address, bytes);
    }
}
