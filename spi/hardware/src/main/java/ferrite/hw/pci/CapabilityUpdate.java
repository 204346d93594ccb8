package ferrite.hw.pci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// What a driver asks pcid to change in a capability: 24 bytes, little-endian; read by
/// [PcidOperation#SET_CAPABILITY]. Only the fields whose flag is set are written. The layout is this
/// project's own; the flags are Redox's.
///
/// | offset | bytes | field    | MSI                          | MSI-X                   |
/// |-------:|------:|----------|------------------------------|-------------------------|
/// |      0 |     1 | id       | 0x05                         | 0x11                    |
/// |      1 |     1 | flags    | `Msi.…`                      | `Msix.…`                |
/// |      2 |     1 | enabled  | bit 0                        | bit 0                   |
/// |      3 |     1 | extra    | log2 of vectors to enable    | bit 0: function mask    |
/// |      4 |     4 | address  | message address, bits 31:0   | 0                       |
/// |      8 |     4 | upper    | message address, bits 63:32  | 0                       |
/// |     12 |     4 | data     | message data, 16 bits        | 0                       |
/// |     16 |     4 | mask     | mask bits                    | 0                       |
/// |     20 |     4 | reserved | 0                            | 0                       |
public sealed interface CapabilityUpdate {
    /// Bytes of the structure.
    int BYTES = 24;

    /// Change of an MSI capability.
    ///
    /// @param flags which fields are meant, `Msi.…`
    /// @param enabled new enable bit
    /// @param multipleMessageEnable log2 of vectors, 0..255; above 5, or above what the function is capable
    ///     of, the answer is EINVAL
    /// @param message new message; its upper address half has a flag of its own
    /// @param mask new mask bits
    record Msi(int flags, boolean enabled, int multipleMessageEnable, MsiMessage message, int mask)
            implements CapabilityUpdate {
        /// Flag for the enable bit.
        public static final int ENABLED = 1;
        /// Flag for multiple message enable.
        public static final int MULTIPLE_MESSAGE = 2;
        /// Flag for bits 31:0 of the message address.
        public static final int ADDRESS = 4;
        /// Flag for bits 63:32 of the message address.
        public static final int UPPER_ADDRESS = 8;
        /// Flag for the message data.
        public static final int DATA = 0x10;
        /// Flag for the mask bits.
        public static final int MASK = 0x20;
    }

    /// Change of an MSI-X capability.
    ///
    /// @param flags which fields are meant, `Msix.…`
    /// @param enabled new enable bit
    /// @param functionMask new function mask bit
    record Msix(int flags, boolean enabled, boolean functionMask) implements CapabilityUpdate {
        /// Flag for the enable bit.
        public static final int ENABLED = 1;
        /// Flag for the function mask bit.
        public static final int FUNCTION_MASK = 2;
    }

    /// A capability that cannot be changed; the answer is EINVAL.
    ///
    /// @param id capability id, 0..255
    record Unknown(int id) implements CapabilityUpdate {}

    /// {@return the structure at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the structure
    static CapabilityUpdate decode(MemorySegment segment, long at) {
        int id = LittleEndian.u8(segment, at);
        int flags = LittleEndian.u8(segment, at + 1);
        boolean enabled = (LittleEndian.u8(segment, at + 2) & 1) != 0;
        int extra = LittleEndian.u8(segment, at + 3);
        return switch (id) {
            case ConfigSpace.CAPABILITY_MSI ->
                new Msi(
                        flags,
                        enabled,
                        extra,
                        new MsiMessage(LittleEndian.i64(segment, at + 4), LittleEndian.i32(segment, at + 12)),
                        LittleEndian.i32(segment, at + 16));
            case ConfigSpace.CAPABILITY_MSI_X -> new Msix(flags, enabled, (extra & 1) != 0);
            default -> new Unknown(id);
        };
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the structure
    default void encode(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES).fill((byte) 0);
        switch (this) {
            case Msi(int flags, boolean enabled, int multiple, MsiMessage message, int mask) -> {
                LittleEndian.put8(segment, at, ConfigSpace.CAPABILITY_MSI);
                LittleEndian.put8(segment, at + 1, flags);
                LittleEndian.put8(segment, at + 2, enabled ? 1 : 0);
                LittleEndian.put8(segment, at + 3, multiple);
                LittleEndian.put64(segment, at + 4, message.address());
                LittleEndian.put32(segment, at + 12, message.data());
                LittleEndian.put32(segment, at + 16, mask);
            }
            case Msix(int flags, boolean enabled, boolean functionMask) -> {
                LittleEndian.put8(segment, at, ConfigSpace.CAPABILITY_MSI_X);
                LittleEndian.put8(segment, at + 1, flags);
                LittleEndian.put8(segment, at + 2, enabled ? 1 : 0);
                LittleEndian.put8(segment, at + 3, functionMask ? 1 : 0);
            }
            case Unknown(int id) -> LittleEndian.put8(segment, at, id);
        }
    }
}
