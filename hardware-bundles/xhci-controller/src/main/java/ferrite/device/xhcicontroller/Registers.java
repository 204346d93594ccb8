package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CapabilityRegisters;
import ferrite.hw.xhci.DoorbellRegisters;
import ferrite.hw.xhci.ExtendedCapability.SupportedProtocol;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.RuntimeRegisters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The controller's memory as the bus sees it: which word belongs to whom. See [MemoryMap].
///
/// Words are 32 bits; an access of 8 bytes is two of them, the lower first. Reads of 1 and 2 bytes give their part of
/// the word, writes of 1 and 2 bytes are dropped: the specification asks for whole words (§5.1).
final class Registers {
    private static final int HCIVERSION_1_2 = 0x0120;
    private static final int CONFIG_KEPT = OperationalRegisters.CONFIG_SLOTS_MASK;
    private static final long MICROFRAME_NANOS = 125_000;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment capability = MemorySegment.ofArray(new byte[MemoryMap.OPERATIONAL]);
    private final Core core;
    private int notifications;

    Registers(Core core) {
        this.core = core;
        describe(core.hub().connectors());
    }

    private void describe(int connectors) {
        capability.set(I32, CapabilityRegisters.CAPLENGTH, MemoryMap.OPERATIONAL | HCIVERSION_1_2 << 16);
        capability.set(
                I32,
                CapabilityRegisters.HCSPARAMS1,
                CapabilityRegisters.hcsparams1(MemoryMap.SLOTS, MemoryMap.INTERRUPTERS, 2 * connectors));
        capability.set(I32, CapabilityRegisters.HCSPARAMS2, MemoryMap.EVENT_SEGMENTS_LOG << 4);
        capability.set(
                I32,
                CapabilityRegisters.HCCPARAMS1,
                CapabilityRegisters.HCCPARAMS1_ADDRESS_64 | MemoryMap.EXTENDED_CAPABILITIES >> 2 << 16);
        capability.set(I32, CapabilityRegisters.DBOFF, MemoryMap.DOORBELLS);
        capability.set(I32, CapabilityRegisters.RTSOFF, MemoryMap.RUNTIME);
        int second = SupportedProtocol.BYTES / Integer.BYTES;
        SupportedProtocol.usb(second, 3, 1, connectors).encode(capability, MemoryMap.EXTENDED_CAPABILITIES);
        SupportedProtocol.usb(0, 2, connectors + 1, connectors)
                .encode(capability, MemoryMap.EXTENDED_CAPABILITIES + SupportedProtocol.BYTES);
    }

    /// Reads 1, 2, 4 or 8 bytes, zero-extended.
    ///
    /// @param offset a multiple of `length`
    long read(int offset, int length) {
        return switch (length) {
            case 8 -> (word(offset) & 0xFFFF_FFFFL) | (long) word(offset + 4) << 32;
            case 4 -> word(offset) & 0xFFFF_FFFFL;
            case 2 -> word(offset & ~3) >>> (8 * (offset & 2)) & 0xFFFF;
            default -> word(offset & ~3) >>> (8 * (offset & 3)) & 0xFF;
        };
    }

    /// Writes 4 or 8 bytes; fewer are dropped.
    ///
    /// @param offset a multiple of `length`
    void write(int offset, int length, long value) {
        if (length >= Integer.BYTES) {
            writeWord(offset, (int) value);
        }
        if (length == Long.BYTES) {
            writeWord(offset + Integer.BYTES, (int) (value >>> 32));
        }
    }

    private int word(int offset) {
        if (offset >= MemoryMap.MSIX_PENDING) {
            return core.msix().readPending(offset - MemoryMap.MSIX_PENDING);
        }
        if (offset >= MemoryMap.MSIX_TABLE) {
            return core.msix().readTable(offset - MemoryMap.MSIX_TABLE);
        }
        if (offset >= MemoryMap.DOORBELLS) {
            return 0;
        }
        if (offset >= MemoryMap.RUNTIME) {
            return runtime(offset - MemoryMap.RUNTIME);
        }
        return offset >= MemoryMap.OPERATIONAL
                ? operational(offset - MemoryMap.OPERATIONAL)
                : capability.get(I32, offset);
    }

    private int operational(int offset) {
        return switch (offset) {
            case OperationalRegisters.USBCMD -> core.run().command();
            case OperationalRegisters.USBSTS -> core.run().status();
            case OperationalRegisters.PAGESIZE -> OperationalRegisters.PAGESIZE_4096;
            case OperationalRegisters.DNCTRL -> notifications;
            case OperationalRegisters.CRCR -> (int) core.commandRing().read();
            case OperationalRegisters.DCBAAP -> (int) core.contexts().deviceContexts();
            case OperationalRegisters.DCBAAP + 4 -> (int) (core.contexts().deviceContexts() >>> 32);
            case OperationalRegisters.CONFIG -> core.commands().slotsEnabled();
            default -> offset >= OperationalRegisters.PORTS ? core.hub().read(offset - OperationalRegisters.PORTS) : 0;
        };
    }

    private int runtime(int offset) {
        if (offset == RuntimeRegisters.MFINDEX) {
            return (int) (core.nanoTime() / MICROFRAME_NANOS) & RuntimeRegisters.MFINDEX_MASK;
        }
        int set = offset - RuntimeRegisters.INTERRUPTERS;
        int number = set / RuntimeRegisters.INTERRUPTER_BYTES;
        return set >= 0 && number < MemoryMap.INTERRUPTERS
                ? core.events().interrupter(number).read(set % RuntimeRegisters.INTERRUPTER_BYTES)
                : 0;
    }

    private void writeWord(int offset, int value) {
        if (offset >= MemoryMap.MSIX_PENDING) {
            return;
        }
        if (offset >= MemoryMap.MSIX_TABLE) {
            core.msix().writeTable(offset - MemoryMap.MSIX_TABLE, value);
        } else if (offset >= MemoryMap.DOORBELLS) {
            doorbell((offset - MemoryMap.DOORBELLS) / DoorbellRegisters.BYTES, value);
        } else if (offset >= MemoryMap.RUNTIME) {
            writeRuntime(offset - MemoryMap.RUNTIME, value);
        } else if (offset >= MemoryMap.OPERATIONAL) {
            writeOperational(offset - MemoryMap.OPERATIONAL, value);
        }
    }

    private void doorbell(int slot, int value) {
        int target = value & DoorbellRegisters.TARGET_MASK;
        if (slot != 0) {
            core.engine().doorbell(slot, target);
        } else if (target == DoorbellRegisters.TARGET_COMMAND) {
            core.commandRing().doorbell();
        }
    }

    private void writeRuntime(int offset, int value) {
        int set = offset - RuntimeRegisters.INTERRUPTERS;
        int number = set / RuntimeRegisters.INTERRUPTER_BYTES;
        if (set >= 0 && number < MemoryMap.INTERRUPTERS) {
            core.events().interrupter(number).write(set % RuntimeRegisters.INTERRUPTER_BYTES, value);
        }
    }

    private void writeOperational(int offset, int value) {
        switch (offset) {
            case OperationalRegisters.USBCMD -> core.writeCommand(value);
            case OperationalRegisters.USBSTS -> core.run().writeStatus(value);
            case OperationalRegisters.DNCTRL -> notifications = value & 0xFFFF;
            case OperationalRegisters.CRCR -> core.commandRing().writeLow(value);
            case OperationalRegisters.CRCR + 4 -> core.commandRing().writeHigh(value);
            case OperationalRegisters.DCBAAP ->
                core.contexts()
                        .deviceContexts(
                                (core.contexts().deviceContexts() & 0xFFFF_FFFF_0000_0000L) | (value & 0xFFFF_FFFFL));
            case OperationalRegisters.DCBAAP + 4 ->
                core.contexts().deviceContexts((core.contexts().deviceContexts() & 0xFFFF_FFFFL) | (long) value << 32);
            case OperationalRegisters.CONFIG -> core.commands().slotsEnabled(value & CONFIG_KEPT);
            default -> {
                if (offset >= OperationalRegisters.PORTS) {
                    core.hub().write(offset - OperationalRegisters.PORTS, value);
                }
            }
        }
    }

    void reset() {
        notifications = 0;
    }

    void save(StateWriter state) {
        state.i32(notifications);
    }

    void restore(StateReader state) {
        notifications = state.i32("DNCTRL", 0, 0xFFFF);
    }
}
