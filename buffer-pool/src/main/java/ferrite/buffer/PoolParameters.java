package ferrite.buffer;

/// Sizes of one pool.
///
/// @param initialBytes size of the first region, made at once; 0: none
/// @param regionBytes size of each further region, unless a slice needs a larger one
/// @param limitBytes all regions together never exceed this, up to [#LIMIT_BYTES_MAX]
/// @param poison debug mode: released bytes are overwritten, and looked at again before their next use
/// @param emptyBytesKept regions without a slice are given back as soon as more than so many bytes are in such regions;
///         `limitBytes` and up: only when asked with [SharedBufferPool#shrink]
public record PoolParameters(
        long initialBytes, long regionBytes, long limitBytes, boolean poison, long emptyBytesKept) {
    /// Largest limit, bytes: block numbers are 32-bit.
    public static final long LIMIT_BYTES_MAX = 64L << 30;

    /// @throws IllegalArgumentException if a size is not a multiple of [Region#PAGE_BYTES] or out of range
    public PoolParameters {
        requirePages("initialBytes", initialBytes, 0);
        requirePages("regionBytes", regionBytes, Region.PAGE_BYTES);
        requirePages("limitBytes", limitBytes, Region.PAGE_BYTES);
        if (limitBytes > LIMIT_BYTES_MAX) {
            throw new IllegalArgumentException("limitBytes " + limitBytes + " > " + LIMIT_BYTES_MAX);
        }
        if (initialBytes > limitBytes) {
            throw new IllegalArgumentException("initialBytes " + initialBytes + " > limitBytes " + limitBytes);
        }
        if (emptyBytesKept < 0) {
            throw new IllegalArgumentException("emptyBytesKept " + emptyBytesKept + " < 0");
        }
    }

    /// Regions stay until [SharedBufferPool#shrink] or the end of the pool.
    public PoolParameters(long initialBytes, long regionBytes, long limitBytes, boolean poison) {
        this(initialBytes, regionBytes, limitBytes, poison, limitBytes);
    }

    private static void requirePages(String what, long bytes, long least) {
        if (bytes < least || bytes % Region.PAGE_BYTES != 0) {
            throw new IllegalArgumentException(what + " " + bytes + " is not a multiple of 4096 from " + least + " up");
        }
    }
}
