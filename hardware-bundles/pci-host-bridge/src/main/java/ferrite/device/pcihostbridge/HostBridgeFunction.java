package ferrite.device.pcihostbridge;

import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciClass;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Function 0000:00:00.0: the bridge as it shows itself, 1b36:0008, class 060000. It has no BAR and no capability;
/// only command, cache line size and interrupt line can be written.
final class HostBridgeFunction {
    static final int VENDOR = 0x1B36;
    static final int DEVICE = 0x0008;

    private static final int COMMAND_WRITABLE = ConfigSpace.COMMAND_MEMORY
            | ConfigSpace.COMMAND_BUS_MASTER
            | ConfigSpace.COMMAND_PARITY_ERROR_RESPONSE
            | ConfigSpace.COMMAND_SERR_ENABLE;
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes = new byte[ConfigSpace.EXTENDED_BYTES];
    private final MemorySegment space = MemorySegment.ofArray(bytes);

    HostBridgeFunction() {
        space.set(I16, ConfigSpace.VENDOR_ID, (short) VENDOR);
        space.set(I16, ConfigSpace.DEVICE_ID, (short) DEVICE);
        space.set(I32, ConfigSpace.REVISION_ID, PciClass.HOST_BRIDGE.code() << 8);
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
    void write(int at, int length, long value) {
        for (int i = 0; i < length; i++) {
            int mask = writable(at + i);
            bytes[at + i] = (byte) ((bytes[at + i] & ~mask) | ((int) (value >>> (8 * i)) & mask));
        }
    }

    private static int writable(int at) {
        return switch (at) {
            case ConfigSpace.COMMAND -> COMMAND_WRITABLE & 0xFF;
            case ConfigSpace.COMMAND + 1 -> COMMAND_WRITABLE >>> 8;
            case ConfigSpace.CACHE_LINE_SIZE, ConfigSpace.INTERRUPT_LINE -> 0xFF;
            default -> 0;
        };
    }

    void save(StateWriter state) {
        state.i32(space.get(I16, ConfigSpace.COMMAND))
                .i32(bytes[ConfigSpace.CACHE_LINE_SIZE])
                .i32(bytes[ConfigSpace.INTERRUPT_LINE]);
    }

    void restore(StateReader state) {
        write(ConfigSpace.COMMAND, 2, state.i32("command", Short.MIN_VALUE, Short.MAX_VALUE));
        write(ConfigSpace.CACHE_LINE_SIZE, 1, state.i32("cache line size", Byte.MIN_VALUE, Byte.MAX_VALUE));
        write(ConfigSpace.INTERRUPT_LINE, 1, state.i32("interrupt line", Byte.MIN_VALUE, Byte.MAX_VALUE));
    }
}
