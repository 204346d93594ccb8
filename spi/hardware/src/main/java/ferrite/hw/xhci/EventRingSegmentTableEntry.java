package ferrite.hw.xhci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// One segment of an event ring: 16 bytes, little-endian (xHCI 1.2 §6.5).
///
/// | offset | bytes | field   | meaning                                                |
/// |-------:|------:|---------|--------------------------------------------------------|
/// |      0 |     8 | address | 63:6 of the segment                                    |
/// |      8 |     2 | size    | TRBs in the segment, 16..4096                          |
/// |     10 |     6 |         | reserved, 0                                            |
///
/// @param address device address; bits 5:0 are 0
/// @param size TRBs, 0..65535
public record EventRingSegmentTableEntry(long address, int size) {
    /// Bytes of one entry.
    public static final int BYTES = 16;
    /// Fewest TRBs of a segment.
    public static final int SIZE_MIN = 16;
    /// Most TRBs of a segment.
    public static final int SIZE_MAX = 4096;

    private static final long POINTER = -64L;

    /// {@return the entry at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the entry
    public static EventRingSegmentTableEntry decode(MemorySegment segment, long at) {
        return new EventRingSegmentTableEntry(
                LittleEndian.i64(segment, at) & POINTER, LittleEndian.u16(segment, at + 8));
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the entry
    public void encode(MemorySegment segment, long at) {
        LittleEndian.put64(segment, at, address & POINTER);
        LittleEndian.put64(segment, at + 8, size & 0xFFFFL);
    }
}
