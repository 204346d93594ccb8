package ferrite.hw.pci;

/// A decoded base address register and the size found by writing all ones to it (PCI 3.0 §6.2.5.1).
///
/// | bits of the low register | memory                                   | I/O          |
/// |--------------------------|------------------------------------------|--------------|
/// | 0                        | 0                                        | 1            |
/// | 2:1                      | 00 = 32-bit, 01 = below 1 MiB, 10 = 64-bit | 1: reserved |
/// | 3                        | prefetchable                             | address      |
/// | 31:4                     | address                                  | address      |
///
/// Addresses and sizes are bytes; a size is a power of two.
public sealed interface Bar {
    /// Number of base address registers of a type 0 header.
    int COUNT = 6;
    /// Low register, bit 0: the BAR is in I/O space.
    int IO_SPACE = 1;
    /// Low register, bits 2:1: 64-bit memory.
    int TYPE_64 = 2 << 1;
    /// Low register, bit 3.
    int PREFETCHABLE = 1 << 3;
    /// Low register: bits that are not address bits of a memory BAR.
    int MEMORY_FLAGS = 0xF;
    /// Low register: bits that are not address bits of an I/O BAR.
    int IO_FLAGS = 0x3;

    /// Memory that must sit below 4 GiB; one register.
    ///
    /// @param address assigned bus address, 0..2^32-1
    /// @param size bytes, 16..2^31
    /// @param prefetchable reads have no side effect
    record Memory32(long address, long size, boolean prefetchable) implements Bar {}

    /// Memory anywhere; two registers.
    ///
    /// @param address assigned bus address
    /// @param size bytes, 16 and up
    /// @param prefetchable reads have no side effect
    record Memory64(long address, long size, boolean prefetchable) implements Bar {}

    /// I/O ports; one register.
    ///
    /// @param address first port
    /// @param size ports, 4 and up
    record Io(long address, long size) implements Bar {}

    /// Not implemented, the upper half of the 64-bit BAR before it, or a reserved type; one register.
    record None() implements Bar {}

    /// {@return the BAR of two adjacent registers; `None` if no address bit can be written or the type is
    /// the reserved 11}
    ///
    /// @param low value of the register
    /// @param high value of the next register; used by 64-bit memory only
    /// @param lowMask value read back after writing all ones to the register
    /// @param highMask value read back after writing all ones to the next register
    static Bar decode(int low, int high, int lowMask, int highMask) {
        if ((lowMask & IO_SPACE) != 0) {
            int addressBits = lowMask & ~IO_FLAGS;
            return addressBits == 0 ? new None() : new Io(unsigned(low & ~IO_FLAGS), sizeOf(addressBits));
        }
        boolean prefetchable = (lowMask & PREFETCHABLE) != 0;
        int addressBits = lowMask & ~MEMORY_FLAGS;
        return switch (lowMask >>> 1 & 3) {
            case 0, 1 ->
                addressBits == 0
                        ? new None()
                        : new Memory32(unsigned(low & ~MEMORY_FLAGS), sizeOf(addressBits), prefetchable);
            case 2 -> {
                long mask = (long) highMask << 32 | unsigned(addressBits);
                long address = (long) high << 32 | unsigned(low & ~MEMORY_FLAGS);
                yield mask == 0 ? new None() : new Memory64(address, mask & -mask, prefetchable);
            }
            default -> new None();
        };
    }

    /// The lowest writable address bit is the size; higher bits may be stuck at 0 (16-bit I/O decoders).
    private static long sizeOf(int addressBits) {
        return unsigned(addressBits & -addressBits);
    }

    private static long unsigned(int bits) {
        return bits & 0xFFFF_FFFFL;
    }

    /// {@return how many of the six registers the BAR takes, 1 or 2}
    default int registers() {
        return this instanceof Memory64 ? 2 : 1;
    }

    /// {@return the value of both registers, the upper half in bits 63:32; 0 for `None`}
    default long raw() {
        return switch (this) {
            case Memory32(long address, long _, boolean prefetchable) ->
                address & 0xFFFF_FFF0L | (prefetchable ? PREFETCHABLE : 0);
            case Memory64(long address, long _, boolean prefetchable) ->
                address & -16L | TYPE_64 | (prefetchable ? PREFETCHABLE : 0);
            case Io(long address, long _) -> address & 0xFFFF_FFFCL | IO_SPACE;
            case None() -> 0;
        };
    }

    /// {@return what both registers read after all ones were written, the upper half in bits 63:32; 0 for
    /// `None`. A device model answers `written & sizingMask() | flags`.}
    default long sizingMask() {
        return switch (this) {
            case Memory32(long _, long size, boolean prefetchable) ->
                -size & 0xFFFF_FFF0L | (prefetchable ? PREFETCHABLE : 0);
            case Memory64(long _, long size, boolean prefetchable) ->
                -size & -16L | TYPE_64 | (prefetchable ? PREFETCHABLE : 0);
            case Io(long _, long size) -> -size & 0xFFFF_FFFCL | IO_SPACE;
            case None() -> 0;
        };
    }
}
