package ferrite.hw.pci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A typed view on the configuration space of one function with a type 0 header: 256 or 4096 bytes,
/// little-endian (PCI 3.0 §6.1, §6.2).
///
/// | offset | bytes | register             | offset | bytes | register              |
/// |-------:|------:|----------------------|-------:|------:|-----------------------|
/// |   0x00 |     2 | vendor id            |   0x10 |  6×4  | base address registers |
/// |   0x02 |     2 | device id            |   0x28 |     4 | CardBus CIS pointer   |
/// |   0x04 |     2 | command              |   0x2C |     2 | subsystem vendor id   |
/// |   0x06 |     2 | status               |   0x2E |     2 | subsystem id          |
/// |   0x08 |     1 | revision id          |   0x30 |     4 | expansion ROM         |
/// |   0x09 |     3 | class code           |   0x34 |     1 | capabilities pointer  |
/// |   0x0C |     1 | cache line size      |   0x3C |     1 | interrupt line        |
/// |   0x0D |     1 | latency timer        |   0x3D |     1 | interrupt pin         |
/// |   0x0E |     1 | header type          |   0x3E |     1 | min grant             |
/// |   0x0F |     1 | BIST                 |   0x3F |     1 | max latency           |
///
/// The view copies nothing: it is as current, as shared and as short-lived as the segment.
///
/// @param segment the configuration space, at least 64 bytes; owned by the caller
public record ConfigSpace(MemorySegment segment) {
    /// Bytes reachable with the conventional mechanism.
    public static final int BYTES = 256;
    /// Bytes reachable with the enhanced mechanism.
    public static final int EXTENDED_BYTES = 4096;
    /// Bytes of the predefined header.
    public static final int HEADER_BYTES = 64;
    /// Most elements a capability list can have: dwords after the header.
    public static final int CAPABILITIES_MAX = (BYTES - HEADER_BYTES) / 4;

    /// Offset, 16 bits.
    public static final int VENDOR_ID = 0x00;
    /// Offset, 16 bits.
    public static final int DEVICE_ID = 0x02;
    /// Offset, 16 bits, `COMMAND_…`.
    public static final int COMMAND = 0x04;
    /// Offset, 16 bits, `STATUS_…`.
    public static final int STATUS = 0x06;
    /// Offset, 8 bits.
    public static final int REVISION_ID = 0x08;
    /// Offset of programming interface, sub-class and base class, one byte each.
    public static final int CLASS_CODE = 0x09;
    /// Offset, 8 bits, dwords.
    public static final int CACHE_LINE_SIZE = 0x0C;
    /// Offset, 8 bits.
    public static final int LATENCY_TIMER = 0x0D;
    /// Offset, 8 bits, `HEADER_TYPE_…`.
    public static final int HEADER_TYPE = 0x0E;
    /// Offset, 8 bits.
    public static final int BIST = 0x0F;
    /// Offset of the first of [Bar#COUNT] registers of 32 bits.
    public static final int BAR0 = 0x10;
    /// Offset, 32 bits.
    public static final int CARDBUS_CIS = 0x28;
    /// Offset, 16 bits.
    public static final int SUBSYSTEM_VENDOR_ID = 0x2C;
    /// Offset, 16 bits.
    public static final int SUBSYSTEM_ID = 0x2E;
    /// Offset, 32 bits.
    public static final int EXPANSION_ROM = 0x30;
    /// Offset, 8 bits; bits 1:0 are reserved.
    public static final int CAPABILITIES_POINTER = 0x34;
    /// Offset, 8 bits; 255 = not connected.
    public static final int INTERRUPT_LINE = 0x3C;
    /// Offset, 8 bits; 0 = none, 1..4 = INTA#..INTD#.
    public static final int INTERRUPT_PIN = 0x3D;
    /// Offset, 8 bits.
    public static final int MIN_GRANT = 0x3E;
    /// Offset, 8 bits.
    public static final int MAX_LATENCY = 0x3F;

    /// Command bit 0: answer in I/O space.
    public static final int COMMAND_IO = 1;
    /// Command bit 1: answer in memory space.
    public static final int COMMAND_MEMORY = 1 << 1;
    /// Command bit 2: may start bus transactions, messages included.
    public static final int COMMAND_BUS_MASTER = 1 << 2;
    /// Command bit 6.
    public static final int COMMAND_PARITY_ERROR_RESPONSE = 1 << 6;
    /// Command bit 8.
    public static final int COMMAND_SERR_ENABLE = 1 << 8;
    /// Command bit 10: must not assert its interrupt pin.
    public static final int COMMAND_INTERRUPT_DISABLE = 1 << 10;

    /// Status bit 3: the interrupt pin wants attention.
    public static final int STATUS_INTERRUPT = 1 << 3;
    /// Status bit 4: [#CAPABILITIES_POINTER] is meaningful.
    public static final int STATUS_CAPABILITIES = 1 << 4;
    /// Status bit 8, write 1 to clear.
    public static final int STATUS_MASTER_DATA_PARITY_ERROR = 1 << 8;
    /// Status bit 11, write 1 to clear.
    public static final int STATUS_SIGNALED_TARGET_ABORT = 1 << 11;
    /// Status bit 12, write 1 to clear.
    public static final int STATUS_RECEIVED_TARGET_ABORT = 1 << 12;
    /// Status bit 13, write 1 to clear.
    public static final int STATUS_RECEIVED_MASTER_ABORT = 1 << 13;
    /// Status bit 14, write 1 to clear.
    public static final int STATUS_SIGNALED_SYSTEM_ERROR = 1 << 14;
    /// Status bit 15, write 1 to clear.
    public static final int STATUS_DETECTED_PARITY_ERROR = 1 << 15;

    /// Header type bits 6:0: layout of the header.
    public static final int HEADER_TYPE_MASK = 0x7F;
    /// Layout of an ordinary function.
    public static final int HEADER_TYPE_NORMAL = 0;
    /// Layout of a PCI-to-PCI bridge, which has two base address registers.
    public static final int HEADER_TYPE_BRIDGE = 1;
    /// Layout of a CardBus bridge.
    public static final int HEADER_TYPE_CARDBUS = 2;
    /// Header type bit 7: functions 1 to 7 may exist.
    public static final int HEADER_TYPE_MULTIFUNCTION = 0x80;

    /// Capability id of [Capability.PowerManagement].
    public static final int CAPABILITY_POWER_MANAGEMENT = 0x01;
    /// Capability id of [Capability.Msi].
    public static final int CAPABILITY_MSI = 0x05;
    /// Capability id of [Capability.VendorSpecific].
    public static final int CAPABILITY_VENDOR_SPECIFIC = 0x09;
    /// Capability id of [Capability.Pcie].
    public static final int CAPABILITY_PCI_EXPRESS = 0x10;
    /// Capability id of [Capability.Msix].
    public static final int CAPABILITY_MSI_X = 0x11;
    /// Capability id of the SATA index-data configuration; decoded as [Capability.Unknown].
    public static final int CAPABILITY_SATA = 0x12;

    /// {@return vendor id, 0..65535}
    public int vendorId() {
        return LittleEndian.u16(segment, VENDOR_ID);
    }

    /// {@return device id, 0..65535}
    public int deviceId() {
        return LittleEndian.u16(segment, DEVICE_ID);
    }

    /// {@return vendor and device id}
    public PciId id() {
        return new PciId(vendorId(), deviceId());
    }

    /// {@return subsystem vendor and subsystem id}
    public PciId subsystem() {
        return new PciId(LittleEndian.u16(segment, SUBSYSTEM_VENDOR_ID), LittleEndian.u16(segment, SUBSYSTEM_ID));
    }

    /// {@return command register, `COMMAND_…`}
    public int command() {
        return LittleEndian.u16(segment, COMMAND);
    }

    /// {@return status register, `STATUS_…`}
    public int status() {
        return LittleEndian.u16(segment, STATUS);
    }

    /// {@return revision id, 0..255}
    public int revision() {
        return LittleEndian.u8(segment, REVISION_ID);
    }

    /// {@return base class, sub-class and programming interface}
    public PciClass classCode() {
        return PciClass.ofCode(LittleEndian.i32(segment, REVISION_ID) >>> 8);
    }

    /// {@return layout of the header, 0..127, `HEADER_TYPE_…`}
    public int headerType() {
        return LittleEndian.u8(segment, HEADER_TYPE) & HEADER_TYPE_MASK;
    }

    /// {@return whether functions 1 to 7 may exist}
    public boolean multifunction() {
        return (LittleEndian.u8(segment, HEADER_TYPE) & HEADER_TYPE_MULTIFUNCTION) != 0;
    }

    /// {@return base address registers of this header layout: 6, 2 or 1; 0 if the layout is unknown}
    public int barCount() {
        return switch (headerType()) {
            case HEADER_TYPE_NORMAL -> Bar.COUNT;
            case HEADER_TYPE_BRIDGE -> 2;
            case HEADER_TYPE_CARDBUS -> 1;
            default -> 0;
        };
    }

    /// {@return raw base address register}
    ///
    /// @param index 0..5
    public int bar(int index) {
        return LittleEndian.i32(segment, BAR0 + 4L * index);
    }

    /// {@return interrupt line, 0..255; 255 = not connected}
    public int interruptLine() {
        return LittleEndian.u8(segment, INTERRUPT_LINE);
    }

    /// {@return interrupt pin, 0 = none, 1..4 = INTA#..INTD#}
    public int interruptPin() {
        return LittleEndian.u8(segment, INTERRUPT_PIN);
    }

    /// {@return the capability list in its order; it ends at a pointer into the header, behind the first
    /// 256 bytes or to an element seen before, so at most [#CAPABILITIES_MAX] elements}
    public List<PlacedCapability> capabilities() {
        List<PlacedCapability> found = new ArrayList<>();
        if ((status() & STATUS_CAPABILITIES) == 0) {
            return found;
        }
        boolean[] seen = new boolean[BYTES];
        int at = LittleEndian.u8(segment, CAPABILITIES_POINTER) & ~3;
        while (at >= HEADER_BYTES && at + Capability.Unknown.BYTES <= segment.byteSize() && !seen[at]) {
            seen[at] = true;
            MemorySegment legacy = segment.asSlice(0, Math.min(BYTES, segment.byteSize()));
            Capability capability = Capability.decode(legacy, at);
            found.add(new PlacedCapability(at, capability));
            at = capability.next() & ~3;
        }
        return found;
    }
}
