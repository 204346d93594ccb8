package ferrite.client;

/// Bytes of a file that are present in the pool.
///
/// @param address shared address, for [Handle#munmap]
/// @param poolOffset where they stand in the pool, for [ferrite.spi.buffer.BufferPool#reattach]
public record Mapping(long address, long poolOffset) {}
