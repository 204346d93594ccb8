package ferrite.buffer;

/// One cache at one moment. Exact if asked by the owner; another thread may see numbers of different moments.
///
/// @param heldBytes taken from the pool, whether in use or free in the cache
/// @param heldBytesMost the most that was ever held
/// @param handles acquired and not released; slices made of handles are not counted
/// @param requestedBytes what the acquirers of those handles asked for
/// @param requestedBytesMost the most that was ever asked for at one time
/// @param remoteReleases given back by other threads and not yet taken over
public record CacheStatistics(
        long heldBytes,
        long heldBytesMost,
        long handles,
        long requestedBytes,
        long requestedBytesMost,
        int remoteReleases) {

    /// Share of the held bytes that nobody asked for: rounding, gaps, and what is free; 0 if nothing is held. Measure 4
    /// of Johnstone and Wilson, "The Memory Fragmentation Problem: Solved?" (ISMM 1998): the most that was held against
    /// the most that was asked for, so that it does not depend on the moment.
    public double fragmentation() {
        return heldBytesMost == 0 ? 0 : 1 - (double) requestedBytesMost / heldBytesMost;
    }
}
