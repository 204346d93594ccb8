package ferrite.spi.scheme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What `Fstatvfs` tells of the whole that a file belongs to: 24 bytes, little-endian.
///
/// | offset | bytes | field       | meaning                |
/// |-------:|------:|-------------|------------------------|
/// |      0 |     4 | blockSize   | bytes of a block       |
/// |      4 |     4 | reserved    | 0                      |
/// |      8 |     8 | blocks      | blocks in all          |
/// |     16 |     8 | blocksFree  | blocks that are free   |
///
/// @param blockSize bytes
/// @param blocks blocks
/// @param blocksFree blocks
public record StatVfs(int blockSize, long blocks, long blocksFree) {
    /// Size in memory, bytes.
    public static final long BYTES = 24;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Reads any 24 bytes.
    public static StatVfs decode(MemorySegment segment, long at) {
        return new StatVfs(segment.get(U32, at), segment.get(U64, at + 8), segment.get(U64, at + 16));
    }

    /// Writes exactly [#BYTES] bytes.
    public void encode(MemorySegment segment, long at) {
        segment.set(U32, at, blockSize);
        segment.set(U32, at + 4, 0);
        segment.set(U64, at + 8, blocks);
        segment.set(U64, at + 16, blocksFree);
    }
}
