package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// A checked request for memory.
///
/// @param granules size, rounded up
/// @param alignment of the address, bytes
/// @param zone [#USUAL] or [#LOW]
record Wanted(int granules, long alignment, int zone) {
    /// The pool's usual memory.
    static final int USUAL = 0;

    /// Memory for devices with 32 address bits.
    static final int LOW = 1;

    static final long ALIGNMENT_MAX = 1L << 30;

    /// A chunk of a cache.
    static final Wanted CHUNK = of(ChunkRuns.CHUNK_BYTES, ChunkRuns.CHUNK_BYTES);

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
        int granules = (int) (Bits.roundUp(bytes, FreeSpace.GRANULE_BYTES) / FreeSpace.GRANULE_BYTES);
        return new Wanted(granules, alignment, USUAL);
    }

    Wanted low() {
        return new Wanted(granules, alignment, LOW);
    }

    /// Granules that are skipped in the worst case to reach an aligned address.
    int gapMost() {
        return alignment <= FreeSpace.GRANULE_BYTES ? 0 : (int) (alignment / FreeSpace.GRANULE_BYTES) - 1;
    }

    /// Size of a region that has room, bytes.
    long regionBytes() {
        return Bits.roundUp(granules * FreeSpace.GRANULE_BYTES, Region.PAGE_BYTES);
    }

    /// What the base of such a region is a multiple of, bytes.
    long regionAlignment() {
        return Math.max(alignment, AddressSpace.BASE_ALIGNMENT_BYTES);
    }
}
