package ferrite.hw.xhci;

/// Registers used while running, little-endian, at RTSOFF (xHCI 1.2 §5.5).
///
/// | offset        | bytes | register | fields                                                              |
/// |---------------|------:|----------|---------------------------------------------------------------------|
/// | 0x00          |     4 | MFINDEX  | 13:0 microframe, 125 microseconds each                              |
/// | 0x20 + 32 × n |    32 | set      | interrupter n, 0..1023                                              |
///
/// | offset in set | bytes | register | fields                                                              |
/// |--------------:|------:|----------|---------------------------------------------------------------------|
/// |          0x00 |     4 | IMAN     | `IMAN_…`                                                            |
/// |          0x04 |     4 | IMOD     | 15:0 interval, 31:16 counter, units of 250 ns                       |
/// |          0x08 |     4 | ERSTSZ   | 15:0 entries of the segment table                                   |
/// |          0x10 |     8 | ERSTBA   | 63:6 address of the [EventRingSegmentTableEntry] table              |
/// |          0x18 |     8 | ERDP     | 2:0 segment, 3 event handler busy, 63:4 address of the next event   |
public final class RuntimeRegisters {
    /// Offset, 32 bits.
    public static final int MFINDEX = 0x00;
    /// Offset of interrupter 0.
    public static final int INTERRUPTERS = 0x20;
    /// Bytes of one interrupter's registers.
    public static final int INTERRUPTER_BYTES = 0x20;
    /// Offset in the set, 32 bits.
    public static final int IMAN = 0x00;
    /// Offset in the set, 32 bits.
    public static final int IMOD = 0x04;
    /// Offset in the set, 32 bits.
    public static final int ERSTSZ = 0x08;
    /// Offset in the set, 64 bits; writing the upper half starts the event ring.
    public static final int ERSTBA = 0x10;
    /// Offset in the set, 64 bits.
    public static final int ERDP = 0x18;

    /// Bits 13:0.
    public static final int MFINDEX_MASK = 0x3FFF;
    /// IP, write 1 to clear.
    public static final int IMAN_PENDING = 1;
    /// IE.
    public static final int IMAN_ENABLE = 1 << 1;
    /// Bits 15:0, units of 250 ns.
    public static final int IMOD_INTERVAL_MASK = 0xFFFF;
    /// Bits 15:0.
    public static final int ERSTSZ_MASK = 0xFFFF;
    /// Bits 63:6.
    public static final long ERSTBA_POINTER_MASK = -64L;
    /// DESI.
    public static final long ERDP_SEGMENT_MASK = 7;
    /// EHB, write 1 to clear.
    public static final long ERDP_EVENT_HANDLER_BUSY = 1 << 3;
    /// Bits 63:4.
    public static final long ERDP_POINTER_MASK = -16L;

    private RuntimeRegisters() {}

    /// {@return offset of an interrupter's registers from the runtime registers, bytes}
    ///
    /// @param index 0..1023
    public static long interrupter(int index) {
        return INTERRUPTERS + (long) INTERRUPTER_BYTES * index;
    }
}
