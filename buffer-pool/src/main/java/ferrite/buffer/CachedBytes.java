package ferrite.buffer;

/// Where the bytes of a slice come from that was made of a cache's handle.
///
/// @param place with its kind
/// @param block of the pool, in which the bytes lie
record CachedBytes(PoolCache cache, int place, int block, PoolRegion region) {}
