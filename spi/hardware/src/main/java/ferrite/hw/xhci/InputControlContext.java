package ferrite.hw.xhci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// Which contexts of an input context a command looks at: 32 bytes, little-endian (xHCI 1.2 §6.2.5.1).
///
/// | offset | bytes | field         | meaning                                             |
/// |-------:|------:|---------------|-----------------------------------------------------|
/// |      0 |     4 | drop          | bit n (2..31): drop the endpoint with that index    |
/// |      4 |     4 | add           | bit n (0..31): take context n, 0 = slot             |
/// |      8 |    20 |               | reserved, 0                                         |
/// |     28 |     1 | configuration | with CIE only: bConfigurationValue                  |
/// |     29 |     1 | interface     | with CIE only: bInterfaceNumber                     |
/// |     30 |     1 | alternate     | with CIE only: bAlternateSetting                    |
///
/// The slot context follows at 1 × stride, the context with device context index n at (n + 1) × stride; the
/// stride is [CapabilityRegisters#contextBytes].
///
/// @param drop bit set; bits 1:0 are 0
/// @param add bit set
/// @param configuration 0..255
/// @param interfaceNumber 0..255
/// @param alternate 0..255
public record InputControlContext(int drop, int add, int configuration, int interfaceNumber, int alternate) {
    /// Bytes of the context without padding.
    public static final int BYTES = 32;

    private static final int DROP_MASK = ~3;

    /// {@return a context without configuration information}
    ///
    /// @param drop bit set
    /// @param add bit set
    public static InputControlContext of(int drop, int add) {
        return new InputControlContext(drop, add, 0, 0, 0);
    }

    /// {@return the context at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the context
    public static InputControlContext decode(MemorySegment segment, long at) {
        return new InputControlContext(
                LittleEndian.i32(segment, at) & DROP_MASK,
                LittleEndian.i32(segment, at + 4),
                LittleEndian.u8(segment, at + 28),
                LittleEndian.u8(segment, at + 29),
                LittleEndian.u8(segment, at + 30));
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the context
    public void encode(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES).fill((byte) 0);
        LittleEndian.put32(segment, at, drop & DROP_MASK);
        LittleEndian.put32(segment, at + 4, add);
        LittleEndian.put8(segment, at + 28, configuration);
        LittleEndian.put8(segment, at + 29, interfaceNumber);
        LittleEndian.put8(segment, at + 30, alternate);
    }

    /// {@return whether context `index` is to be dropped}
    ///
    /// @param index device context index, 0..31
    public boolean drops(int index) {
        return (drop >>> index & 1) != 0;
    }

    /// {@return whether context `index` is to be taken}
    ///
    /// @param index device context index, 0..31; 0 = slot
    public boolean adds(int index) {
        return (add >>> index & 1) != 0;
    }
}
