package ferrite.hw.pci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// One vector of an MSI-X table: 16 bytes, little-endian (PCI 3.0 §6.8.2).
///
/// | offset | bytes | field   | meaning                              |
/// |-------:|------:|---------|--------------------------------------|
/// |      0 |     8 | address | where the message is written         |
/// |      8 |     4 | data    | what is written                      |
/// |     12 |     4 | control | bit 0: masked; the others reserved, 0 |
///
/// @param address bus address, bits 1:0 are 0
/// @param data the 32 bits written
/// @param masked the function must not send the message
public record MsixTableEntry(long address, int data, boolean masked) {
    /// Bytes of one entry.
    public static final int BYTES = 16;
    /// Entries of the largest table.
    public static final int ENTRIES_MAX = 2048;
    /// Offset of the message address, 64 bits.
    public static final int ADDRESS = 0;
    /// Offset of the message data, 32 bits.
    public static final int DATA = 8;
    /// Offset of the vector control, 32 bits.
    public static final int CONTROL = 12;
    /// Vector control bit 0. The value after reset is 1.
    public static final int CONTROL_MASKED = 1;

    /// {@return the entry at `at`}
    ///
    /// @param table memory of the table
    /// @param at offset of the entry
    public static MsixTableEntry decode(MemorySegment table, long at) {
        return new MsixTableEntry(
                LittleEndian.i64(table, at + ADDRESS),
                LittleEndian.i32(table, at + DATA),
                (LittleEndian.i32(table, at + CONTROL) & CONTROL_MASKED) != 0);
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param table memory of the table
    /// @param at offset of the entry
    public void encode(MemorySegment table, long at) {
        LittleEndian.put64(table, at + ADDRESS, address);
        LittleEndian.put32(table, at + DATA, data);
        LittleEndian.put32(table, at + CONTROL, masked ? CONTROL_MASKED : 0);
    }

    /// {@return what the function sends}
    public MsiMessage message() {
        return new MsiMessage(address, data);
    }
}
