package ferrite.driver.pcid;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Configuration registers of all functions, through the bridge's `ecam` file. Every access waits for the bridge.
final class ConfigAccess {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ConsumerInstance bridge;
    private final long ecam;

    /// @param bridge ring to the host bridge
    /// @param ecam its file `ecam`
    ConfigAccess(ConsumerInstance bridge, long ecam) {
        this.bridge = bridge;
        this.ecam = ecam;
    }

    int read32(PciAddress function, int register) {
        return (int) read(function, register, Integer.BYTES);
    }

    int read16(PciAddress function, int register) {
        return (int) read(function, register, Short.BYTES) & 0xFFFF;
    }

    int read8(PciAddress function, int register) {
        return (int) read(function, register, Byte.BYTES) & 0xFF;
    }

    void write32(PciAddress function, int register, int value) {
        write(function, register, Integer.BYTES, value & 0xFFFF_FFFFL);
    }

    void write16(PciAddress function, int register, int value) {
        write(function, register, Short.BYTES, value & 0xFFFF);
    }

    /// A copy of registers `from` to `from + bytes`, both multiples of 4, at the start of the array.
    byte[] copy(PciAddress function, int from, int bytes) {
        byte[] copy = new byte[bytes];
        MemorySegment segment = MemorySegment.ofArray(copy);
        for (int at = 0; at < bytes; at += Integer.BYTES) {
            segment.set(U32, at, read32(function, from + at));
        }
        return copy;
    }

    /// The conventional 256 bytes as they are now.
    ConfigSpace snapshot(PciAddress function) {
        return new ConfigSpace(MemorySegment.ofArray(copy(function, 0, ConfigSpace.BYTES)));
    }

    private long read(PciAddress function, int register, int bytes) {
        var answer = bridge.call(SubmissionQueueEntry.of(PciBusOperation.CONFIG_READ)
                .withFd(ecam)
                .withAddress(function.ecamOffset() + register, bytes));
        answer.valueOrThrow("read register 0x" + Integer.toHexString(register) + " of " + function);
        return answer.extra();
    }

    private void write(PciAddress function, int register, int bytes, long value) {
        bridge.call(SubmissionQueueEntry.of(PciBusOperation.CONFIG_WRITE)
                        .withFd(ecam)
                        .withAddress(function.ecamOffset() + register, bytes)
                        .withAdditional(value, 0))
                .valueOrThrow("write register 0x" + Integer.toHexString(register) + " of " + function);
    }
}
