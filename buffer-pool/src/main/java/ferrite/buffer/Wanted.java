package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// A checked request for memory.
///
/// @param granules size, rounded up
/// @param alignment of the address, bytes
record Wanted(int granules, long alignment) {
    static final long ALIGNMENT_MAX = 1L << 30;

    /// @throws SchemeException EINVAL
    static void check(long bytes, long alignment) {
        if (bytes < 1) {
            throw new SchemeException(Errno.EINVAL, "size " + bytes + " < 1 byte");
        }
        if (!Bits.isPowerOfTwo(alignment) || alignment > ALIGNMENT_MAX) {
            throw new SchemeException(
                    Errno.EINVAL, "alignment " + alignment + " is not a power of two in 1.." + ALIGNMENT_MAX);
        }
    }

    /// @param bytes up to [PoolParameters#LIMIT_BYTES_MAX]
    static Wanted of(long bytes, long alignment) {
        return new Wanted((int) (Bits.roundUp(bytes, FreeSpace.GRANULE_BYTES) / FreeSpace.GRANULE_BYTES), alignment);
    }

    /// Granules that are skipped in the worst case to reach an aligned address.
    int gapMost() {
        return alignment <= FreeSpace.GRANULE_BYTES ? 0 : (int) (alignment / FreeSpace.GRANULE_BYTES) - 1;
    }

    /// Size of a region that surely has room, bytes. Regions begin at multiples of 2 MiB.
    long regionBytes() {
        long gap = Math.max(0, alignment - AddressSpace.BASE_ALIGNMENT_BYTES);
        return Bits.roundUp(granules * FreeSpace.GRANULE_BYTES + gap, Region.PAGE_BYTES);
    }
}
