package ferrite.spi.scheme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What `Fstat` tells of a file: 24 bytes, little-endian.
///
/// | offset | bytes | field     | meaning                                  |
/// |-------:|------:|-----------|------------------------------------------|
/// |      0 |     8 | size      | bytes; 0 for what has no size            |
/// |      8 |     4 | blockSize | bytes that I/O must be a multiple of; ≥ 1 |
/// |     12 |     4 | mode      | one of the `MODE_…` kinds                |
/// |     16 |     8 | reserved  | 0                                        |
///
/// @param size bytes
/// @param blockSize bytes
/// @param mode [#MODE_DIRECTORY], [#MODE_FILE], [#MODE_BLOCK], [#MODE_CHARACTER] or [#MODE_PIPE]
public record Stat(long size, int blockSize, int mode) {
    /// Size in memory, bytes.
    public static final long BYTES = 24;

    public static final int MODE_PIPE = 0x1000;
    public static final int MODE_CHARACTER = 0x2000;
    public static final int MODE_DIRECTORY = 0x4000;
    public static final int MODE_BLOCK = 0x6000;
    public static final int MODE_FILE = 0x8000;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Reads any 24 bytes.
    public static Stat decode(MemorySegment segment, long at) {
        return new Stat(segment.get(U64, at), segment.get(U32, at + 8), segment.get(U32, at + 12));
    }

    /// Writes exactly [#BYTES] bytes.
    public void encode(MemorySegment segment, long at) {
        segment.set(U64, at, size);
        segment.set(U32, at + 8, blockSize);
        segment.set(U32, at + 12, mode);
        segment.set(U64, at + 16, 0);
    }

    /// Whether the file lists names, one a line, when it is read.
    public boolean isDirectory() {
        return mode == MODE_DIRECTORY;
    }
}
