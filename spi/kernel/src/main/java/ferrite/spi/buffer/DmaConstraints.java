package ferrite.spi.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// What a device's address lines and counters ask of memory. Contiguous in device address space it always is.
///
/// @param below4GiB the device has 32 address bits
/// @param boundary no slice may cross a multiple of this, bytes; a power of two, or 0: no such rule. 64 KiB for an xHCI
///         TRB (xHCI 1.2 §6.4.1)
public record DmaConstraints(boolean below4GiB, long boundary) {
    /// A device that reaches everything.
    public static final DmaConstraints NONE = new DmaConstraints(false, 0);

    private static final long FOUR_GIB = 1L << 32;

    /// @throws SchemeException EINVAL if the boundary is not a power of two
    public DmaConstraints {
        if (boundary < 0 || (boundary & (boundary - 1)) != 0) {
            throw new SchemeException(Errno.EINVAL, "boundary " + boundary + " is neither 0 nor a power of two");
        }
    }

    /// An alignment that keeps a slice from crossing the boundary: what begins at a multiple of a power of two that is
    /// not smaller than itself crosses no multiple of a larger one.
    ///
    /// @param bytes 1 and up
    /// @param alignment power of two
    /// @throws SchemeException EINVAL if the slice is longer than the boundary
    public long alignmentFor(long bytes, long alignment) {
        if (boundary == 0 || bytes < 1) {
            return alignment;
        }
        if (bytes > boundary) {
            throw new SchemeException(Errno.EINVAL, bytes + " bytes always cross a boundary of " + boundary);
        }
        return Math.max(alignment, bytes == 1 ? 1 : Long.highestOneBit(bytes - 1) << 1);
    }

    /// Whether these bytes keep the rules.
    public boolean allow(long address, long bytes) {
        boolean low = !below4GiB || address >= 0 && bytes >= 0 && address <= FOUR_GIB - bytes;
        return low && (boundary == 0 || bytes == 0 || address / boundary == (address + bytes - 1) / boundary);
    }
}
