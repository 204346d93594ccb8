package ferrite.hw.xhci;

/// Write-only registers that tell the controller to look at a ring, little-endian, at DBOFF: one of 4 bytes
/// for the command ring (0) and for each slot (xHCI 1.2 §5.6).
///
/// | bits  | field  | meaning                                                            |
/// |-------|--------|--------------------------------------------------------------------|
/// | 7:0   | target | doorbell 0: 0; others: device context index of the endpoint, 1..31 |
/// | 15:8  |        | reserved                                                           |
/// | 31:16 | stream | stream id; 0 without streams                                       |
public final class DoorbellRegisters {
    /// Bytes of one register.
    public static final int BYTES = 4;
    /// Command ring and 255 slots.
    public static final int COUNT_MAX = 256;
    /// Target of doorbell 0.
    public static final int TARGET_COMMAND = 0;
    /// Bits 7:0.
    public static final int TARGET_MASK = 0xFF;
    /// Bits 31:16.
    public static final int STREAM_SHIFT = 16;

    private DoorbellRegisters() {}

    /// {@return offset of a doorbell from the first one, bytes}
    ///
    /// @param slot 0 = command ring, 1..255
    public static long offset(int slot) {
        return (long) BYTES * slot;
    }

    /// {@return what to write: `stream << 16 | target`}
    ///
    /// @param target device context index
    /// @param stream stream id
    public static int value(int target, int stream) {
        return target & TARGET_MASK | stream << STREAM_SHIFT;
    }
}
