package ferrite.device.xhcicontroller;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.Capability;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciClass;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The 4096 bytes of configuration space, with what may be written in each byte.
///
/// | offset | what                                                              |
/// |-------:|-------------------------------------------------------------------|
/// |   0x00 | 1b36:000d revision 1, class 0c0330, subsystem 1af4:1100           |
/// |   0x10 | BAR 0 and 1: 64-bit memory, [MemoryMap#BYTES]                     |
/// |   0x90 | MSI-X, table and pending bits in BAR 0                            |
/// |   0xA0 | PCI Express, endpoint integrated in the root complex              |
///
/// A BAR is sized by writing all ones because its low bits cannot be written.
final class PciFunction {
    static final int VENDOR = 0x1B36;
    static final int DEVICE = 0x000D;

    private static final int MSIX = 0x90;
    private static final int PCIE = 0xA0;
    private static final int SUBSYSTEM_VENDOR = 0x1AF4;
    private static final int SUBSYSTEM = 0x1100;
    private static final int COMMAND_WRITABLE = ConfigSpace.COMMAND_MEMORY
            | ConfigSpace.COMMAND_BUS_MASTER
            | ConfigSpace.COMMAND_PARITY_ERROR_RESPONSE
            | ConfigSpace.COMMAND_SERR_ENABLE
            | ConfigSpace.COMMAND_INTERRUPT_DISABLE;
    private static final int MSIX_WRITABLE = Capability.Msix.CONTROL_ENABLE | Capability.Msix.CONTROL_FUNCTION_MASK;

    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes = new byte[ConfigSpace.EXTENDED_BYTES];
    private final byte[] writable = new byte[ConfigSpace.EXTENDED_BYTES];
    private final byte[] powerOn;
    private final MemorySegment space = MemorySegment.ofArray(bytes);

    private boolean decodesMemory;
    private boolean busMaster;
    private boolean msixEnabled;
    private boolean msixMasked;
    private long base;

    PciFunction() {
        describe();
        permit();
        powerOn = bytes.clone();
    }

    private void describe() {
        space.set(I16, ConfigSpace.VENDOR_ID, (short) VENDOR);
        space.set(I16, ConfigSpace.DEVICE_ID, (short) DEVICE);
        space.set(I16, ConfigSpace.STATUS, (short) ConfigSpace.STATUS_CAPABILITIES);
        space.set(I32, ConfigSpace.REVISION_ID, PciClass.XHCI.code() << 8 | 1);
        space.set(I32, ConfigSpace.BAR0, Bar.TYPE_64);
        space.set(I16, ConfigSpace.SUBSYSTEM_VENDOR_ID, (short) SUBSYSTEM_VENDOR);
        space.set(I16, ConfigSpace.SUBSYSTEM_ID, (short) SUBSYSTEM);
        bytes[ConfigSpace.CAPABILITIES_POINTER] = (byte) MSIX;
        new Capability.Msix(PCIE, MemoryMap.INTERRUPTERS - 1, MemoryMap.MSIX_TABLE, MemoryMap.MSIX_PENDING)
                .encode(space, MSIX);
        int versionAndType = 2 | Capability.Pcie.TYPE_INTEGRATED_ENDPOINT << 4;
        new Capability.Pcie(0, versionAndType, 0x8000, 0, 0, 0, 0, 0).encode(space, PCIE); // role-based errors
    }

    private void permit() {
        MemorySegment masks = MemorySegment.ofArray(writable);
        masks.set(I16, ConfigSpace.COMMAND, (short) COMMAND_WRITABLE);
        writable[ConfigSpace.CACHE_LINE_SIZE] = (byte) 0xFF;
        writable[ConfigSpace.INTERRUPT_LINE] = (byte) 0xFF;
        masks.set(I64, ConfigSpace.BAR0, -(long) MemoryMap.BYTES);
        masks.set(I16, MSIX + Capability.Msix.CONTROL, (short) MSIX_WRITABLE);
    }

    /// Power-on values.
    void reset() {
        System.arraycopy(powerOn, 0, bytes, 0, bytes.length);
        decode();
    }

    /// A register, zero-extended.
    ///
    /// @param at 0..4095, a multiple of `length`
    /// @param length 1, 2 or 4 bytes
    long read(int at, int length) {
        return switch (length) {
            case 1 -> bytes[at] & 0xFF;
            case 2 -> space.get(I16, at) & 0xFFFF;
            default -> space.get(I32, at) & 0xFFFF_FFFFL;
        };
    }

    /// Writes what of a register can be written.
    ///
    /// @param at 0..4095, a multiple of `length`
    /// @param length 1, 2 or 4 bytes
    void write(int at, int length, long value) {
        for (int i = 0; i < length; i++) {
            byte mask = writable[at + i];
            bytes[at + i] = (byte) ((bytes[at + i] & ~mask) | ((byte) (value >>> (8 * i)) & mask));
        }
        decode();
    }

    private void decode() {
        int command = space.get(I16, ConfigSpace.COMMAND);
        decodesMemory = (command & ConfigSpace.COMMAND_MEMORY) != 0;
        busMaster = (command & ConfigSpace.COMMAND_BUS_MASTER) != 0;
        int control = space.get(I16, MSIX + Capability.Msix.CONTROL);
        msixEnabled = (control & Capability.Msix.CONTROL_ENABLE) != 0;
        msixMasked = (control & Capability.Msix.CONTROL_FUNCTION_MASK) != 0;
        base = space.get(I64, ConfigSpace.BAR0) & -(long) MemoryMap.BYTES;
    }

    /// Offset in the controller's memory of an access on the bus.
    ///
    /// @return −1 if the function does not claim all of it
    int offset(long busAddress, long length) {
        long offset = busAddress - base;
        boolean claimed = decodesMemory && offset >= 0 && offset <= MemoryMap.BYTES - length;
        return claimed ? (int) offset : -1;
    }

    /// Whether the function may read and write system memory and send messages.
    boolean busMaster() {
        return busMaster;
    }

    boolean msixEnabled() {
        return msixEnabled;
    }

    /// Whether all vectors are masked at once.
    boolean msixMasked() {
        return msixMasked;
    }

    void save(StateWriter state) {
        state.block(bytes);
    }

    /// Takes over only what could have been written.
    void restore(StateReader state) {
        byte[] saved = state.block("configuration space", bytes.length);
        StateReader.require(saved.length == bytes.length, "bytes of configuration space", saved.length);
        for (int i = 0; i < bytes.length; i++) {
            boolean sameForm = (saved[i] & ~writable[i]) == (powerOn[i] & ~writable[i]);
            StateReader.require(sameForm, "another function at configuration register", i);
        }
        System.arraycopy(saved, 0, bytes, 0, bytes.length);
        decode();
    }

    @Override
    public String toString() {
        return "PciFunction[base=0x%x, command=%s]".formatted(base, Arrays.toString(Arrays.copyOfRange(bytes, 4, 6)));
    }
}
