package ferrite.buffer;

/// One pool at one moment.
///
/// @param bytesInUse taken from the regions, rounding and guarded bytes included
/// @param capacity bytes in all regions
/// @param liveSlices acquired and not closed
/// @param guardedSlices closed, and kept by a guard
/// @param guards held, on live and on closed slices
/// @param writesAfterRelease free ranges that somebody had written, found when they were taken again or their region was
///         given back; only in debug mode, else 0
public record PoolStatistics(
        long bytesInUse, long capacity, int liveSlices, int guardedSlices, int guards, long writesAfterRelease) {}
