package ferrite.hw.pci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// What pcid tells a driver about its function: 168 bytes, little-endian; written by
/// [PcidOperation#FETCH_CONFIG]. The layout is this project's own.
///
/// | offset | bytes | field           | meaning                                              |
/// |-------:|------:|-----------------|------------------------------------------------------|
/// |      0 |     4 | address         | [PciAddress#packed()]                                |
/// |      4 |     2 | vendor          |                                                      |
/// |      6 |     2 | device          |                                                      |
/// |      8 |     2 | subsystemVendor |                                                      |
/// |     10 |     2 | subsystem       |                                                      |
/// |     12 |     1 | base            | base class                                           |
/// |     13 |     1 | sub             | sub-class                                            |
/// |     14 |     1 | progIf          | programming interface                                |
/// |     15 |     1 | revision        |                                                      |
/// |     16 |     1 | interruptLine   | legacy interrupt line, 255 = not connected           |
/// |     17 |     1 | interruptPin    | 0 = none, 1..4 = INTA#..INTD#                        |
/// |     18 |     6 | reserved        | 0                                                    |
/// |     24 |  6×24 | bars            | one element per register, see below                  |
///
/// | offset in element | bytes | field    | meaning                                             |
/// |------------------:|------:|----------|-----------------------------------------------------|
/// |                 0 |     8 | address  | assigned bus address                                |
/// |                 8 |     8 | size     | bytes                                               |
/// |                16 |     1 | kind     | 0 none, 1 I/O, 2 memory 32-bit, 3 memory 64-bit     |
/// |                17 |     1 | flags    | bit 0: prefetchable                                 |
/// |                18 |     6 | reserved | 0                                                   |
///
/// @param address where the function sits
/// @param id vendor and device
/// @param subsystem subsystem vendor and subsystem
/// @param pciClass what the function does
/// @param revision 0..255
/// @param interruptLine 0..255
/// @param interruptPin 0..255
/// @param bars exactly [Bar#COUNT] elements; the register after a 64-bit one is `None`
public record FunctionConfig(
        PciAddress address,
        PciId id,
        PciId subsystem,
        PciClass pciClass,
        int revision,
        int interruptLine,
        int interruptPin,
        List<Bar> bars) {
    /// Bytes of the structure.
    public static final int BYTES = 168;

    private static final int BARS = 24;
    private static final int BAR_BYTES = 24;
    private static final int KIND_NONE = 0;
    private static final int KIND_IO = 1;
    private static final int KIND_MEMORY_32 = 2;
    private static final int KIND_MEMORY_64 = 3;

    /// Checks the number of BARs and copies the list.
    ///
    /// @throws IllegalArgumentException if there are not exactly six
    public FunctionConfig {
        if (bars.size() != Bar.COUNT) {
            throw new IllegalArgumentException("bars " + bars.size() + " != " + Bar.COUNT);
        }
        bars = List.copyOf(bars);
    }

    /// {@return the structure at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the structure
    public static FunctionConfig decode(MemorySegment segment, long at) {
        List<Bar> bars = new ArrayList<>(Bar.COUNT);
        for (int i = 0; i < Bar.COUNT; i++) {
            bars.add(decodeBar(segment, at + BARS + (long) i * BAR_BYTES));
        }
        return new FunctionConfig(
                PciAddress.ofPacked(LittleEndian.i32(segment, at)),
                new PciId(LittleEndian.u16(segment, at + 4), LittleEndian.u16(segment, at + 6)),
                new PciId(LittleEndian.u16(segment, at + 8), LittleEndian.u16(segment, at + 10)),
                new PciClass(
                        LittleEndian.u8(segment, at + 12),
                        LittleEndian.u8(segment, at + 13),
                        LittleEndian.u8(segment, at + 14)),
                LittleEndian.u8(segment, at + 15),
                LittleEndian.u8(segment, at + 16),
                LittleEndian.u8(segment, at + 17),
                bars);
    }

    private static Bar decodeBar(MemorySegment segment, long at) {
        long address = LittleEndian.i64(segment, at);
        long size = LittleEndian.i64(segment, at + 8);
        boolean prefetchable = (LittleEndian.u8(segment, at + 17) & 1) != 0;
        return switch (LittleEndian.u8(segment, at + 16)) {
            case KIND_IO -> new Bar.Io(address, size);
            case KIND_MEMORY_32 -> new Bar.Memory32(address, size, prefetchable);
            case KIND_MEMORY_64 -> new Bar.Memory64(address, size, prefetchable);
            default -> new Bar.None();
        };
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the structure
    public void encode(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES).fill((byte) 0);
        LittleEndian.put32(segment, at, address.packed());
        LittleEndian.put16(segment, at + 4, id.vendor());
        LittleEndian.put16(segment, at + 6, id.device());
        LittleEndian.put16(segment, at + 8, subsystem.vendor());
        LittleEndian.put16(segment, at + 10, subsystem.device());
        LittleEndian.put8(segment, at + 12, pciClass.base());
        LittleEndian.put8(segment, at + 13, pciClass.sub());
        LittleEndian.put8(segment, at + 14, pciClass.progIf());
        LittleEndian.put8(segment, at + 15, revision);
        LittleEndian.put8(segment, at + 16, interruptLine);
        LittleEndian.put8(segment, at + 17, interruptPin);
        for (int i = 0; i < Bar.COUNT; i++) {
            encodeBar(segment, at + BARS + (long) i * BAR_BYTES, bars.get(i));
        }
    }

    private static void encodeBar(MemorySegment segment, long at, Bar bar) {
        switch (bar) {
            case Bar.Io(long address, long size) -> putBar(segment, at, address, size, KIND_IO);
            case Bar.Memory32(long address, long size, boolean prefetchable) ->
                putBar(segment, at, address, size, KIND_MEMORY_32 | (prefetchable ? 1 << 8 : 0));
            case Bar.Memory64(long address, long size, boolean prefetchable) ->
                putBar(segment, at, address, size, KIND_MEMORY_64 | (prefetchable ? 1 << 8 : 0));
            case Bar.None() -> putBar(segment, at, 0, 0, KIND_NONE);
        }
    }

    private static void putBar(MemorySegment segment, long at, long address, long size, int kindAndFlags) {
        LittleEndian.put64(segment, at, address);
        LittleEndian.put64(segment, at + 8, size);
        LittleEndian.put16(segment, at + 16, kindAndFlags);
    }
}
