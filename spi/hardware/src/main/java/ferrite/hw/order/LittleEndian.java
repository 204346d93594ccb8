package ferrite.hw.order;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Unaligned little-endian access to fields of 8, 16, 32 and 64 bits. Plain (not ordered, not atomic).
public final class LittleEndian {
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /// {@return the byte at `at`, 0..255}
    public static int u8(MemorySegment segment, long at) {
        return segment.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    /// {@return the two bytes at `at`, 0..65535}
    public static int u16(MemorySegment segment, long at) {
        return segment.get(I16, at) & 0xFFFF;
    }

    /// {@return the four bytes at `at` as a bit pattern}
    public static int i32(MemorySegment segment, long at) {
        return segment.get(I32, at);
    }

    /// {@return the four bytes at `at`, 0..2^32-1}
    public static long u32(MemorySegment segment, long at) {
        return segment.get(I32, at) & 0xFFFF_FFFFL;
    }

    /// {@return the eight bytes at `at` as a bit pattern}
    public static long i64(MemorySegment segment, long at) {
        return segment.get(I64, at);
    }

    /// Writes the low 8 bits of `value`.
    public static void put8(MemorySegment segment, long at, int value) {
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    /// Writes the low 16 bits of `value`.
    public static void put16(MemorySegment segment, long at, int value) {
        segment.set(I16, at, (short) value);
    }

    /// Writes 32 bits.
    public static void put32(MemorySegment segment, long at, int value) {
        segment.set(I32, at, value);
    }

    /// Writes 64 bits.
    public static void put64(MemorySegment segment, long at, long value) {
        segment.set(I64, at, value);
    }
}
