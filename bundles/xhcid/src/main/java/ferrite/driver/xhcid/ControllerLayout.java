package ferrite.driver.xhcid;

import ferrite.hw.xhci.CapabilityRegisters;
import ferrite.hw.xhci.DoorbellRegisters;
import ferrite.hw.xhci.ExtendedCapability;
import ferrite.hw.xhci.PortRegisters;
import ferrite.hw.xhci.RuntimeRegisters;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// What the controller says about itself in its capability registers (xHCI 1.2 §5.3, §7): where things are and how
/// many there are. Constant for a controller.
///
/// @param operational offset of the operational registers, bytes
/// @param runtime offset of the runtime registers, bytes
/// @param doorbells offset of the doorbells, bytes
/// @param hcsparams1 slots, interrupters, ports
/// @param hcsparams2 scratchpads
/// @param hccparams1 flags
/// @param protocols which ports speak which USB
record ControllerLayout(
        int operational,
        int runtime,
        int doorbells,
        int hcsparams1,
        int hcsparams2,
        int hccparams1,
        List<PortProtocol> protocols) {
    /// Most ranges of ports that are kept.
    static final int PROTOCOLS_MAX = 32;

    private static final int ELEMENT_BYTES = ExtendedCapability.SupportedProtocol.BYTES;

    /// A range of ports with one protocol.
    ///
    /// @param major 2 or 3
    /// @param firstPort 1..255
    /// @param ports 1..255
    /// @param slotType for Enable Slot, 0..31
    record PortProtocol(int major, int firstPort, int ports, int slotType) {
        boolean covers(int port) {
            return port >= firstPort && port < firstPort + ports;
        }
    }

    ControllerLayout {
        protocols = List.copyOf(protocols);
    }

    /// Asks the controller.
    ///
    /// @throws SchemeException ENODEV if nobody answers, EPROTO if an answer makes no sense
    static ControllerLayout read(Registers registers) {
        int first = registers.read32(CapabilityRegisters.CAPLENGTH);
        if (first == Registers.NOBODY) {
            throw new SchemeException(Errno.ENODEV, "no controller answers at its BAR");
        }
        int hccparams1 = registers.read32(CapabilityRegisters.HCCPARAMS1);
        ControllerLayout layout = new ControllerLayout(
                first & 0xFF,
                registers.read32(CapabilityRegisters.RTSOFF) & ~0x1F,
                registers.read32(CapabilityRegisters.DBOFF) & ~0x3,
                registers.read32(CapabilityRegisters.HCSPARAMS1),
                registers.read32(CapabilityRegisters.HCSPARAMS2),
                hccparams1,
                protocols(registers, CapabilityRegisters.extendedCapabilities(hccparams1)));
        layout.check(registers.bytes());
        return layout;
    }

    /// @throws SchemeException EPROTO if something would lie outside of the BAR
    void check(long barBytes) {
        boolean good = operational >= CapabilityRegisters.BYTES
                && slots() > 0
                && ports() > 0
                && port(ports()) + PortRegisters.BYTES <= barBytes
                && interrupter(0) + RuntimeRegisters.INTERRUPTER_BYTES <= barBytes
                && runtime > 0
                && doorbells > 0
                && doorbell(slots()) + DoorbellRegisters.BYTES <= barBytes;
        if (!good) {
            throw new SchemeException(
                    Errno.EPROTO, "capability registers do not fit in " + barBytes + " bytes: " + this);
        }
    }

    private static List<PortProtocol> protocols(Registers registers, long firstElement) {
        List<PortProtocol> found = new ArrayList<>();
        long at = firstElement;
        for (int i = 0; at > 0 && at + ELEMENT_BYTES <= registers.bytes() && i < ExtendedCapability.ELEMENTS_MAX; i++) {
            ExtendedCapability capability = ExtendedCapability.decode(element(registers, at), 0);
            if (capability instanceof ExtendedCapability.SupportedProtocol protocol
                    && protocol.portCount() > 0
                    && found.size() < PROTOCOLS_MAX) {
                found.add(new PortProtocol(
                        protocol.major(), protocol.firstPort(), protocol.portCount(), protocol.slotType()));
            }
            if (capability.next() == 0) {
                break;
            }
            at += (long) Integer.BYTES * capability.next();
        }
        return found;
    }

    private static MemorySegment element(Registers registers, long at) {
        MemorySegment element = MemorySegment.ofArray(new byte[ELEMENT_BYTES]);
        for (int i = 0; i < ELEMENT_BYTES; i += Integer.BYTES) {
            element.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), i, registers.read32(at + i));
        }
        return element;
    }

    /// Device slots, 1..255.
    int slots() {
        return CapabilityRegisters.maxSlots(hcsparams1);
    }

    /// Root hub ports, 1..255.
    int ports() {
        return CapabilityRegisters.maxPorts(hcsparams1);
    }

    /// Pages the controller wants for itself, 0..1023.
    int scratchpads() {
        return CapabilityRegisters.scratchpadBuffers(hcsparams2);
    }

    /// Distance of contexts, 32 or 64 bytes.
    int contextBytes() {
        return CapabilityRegisters.contextBytes(hccparams1);
    }

    boolean hasPortPower() {
        return (hccparams1 & CapabilityRegisters.HCCPARAMS1_PORT_POWER_CONTROL) != 0;
    }

    /// Offset of an operational register.
    long operational(int register) {
        return (long) operational + register;
    }

    /// Offset of a port's registers.
    long port(int port) {
        return operational + PortRegisters.offset(port);
    }

    /// Offset of an interrupter's registers.
    long interrupter(int index) {
        return runtime + RuntimeRegisters.interrupter(index);
    }

    /// Offset of a doorbell.
    ///
    /// @param slot 0 = command ring
    long doorbell(int slot) {
        return doorbells + DoorbellRegisters.offset(slot);
    }

    /// 3 for a SuperSpeed port, else 2.
    int major(int port) {
        return protocols.stream()
                .filter(range -> range.covers(port))
                .mapToInt(PortProtocol::major)
                .findFirst()
                .orElse(2);
    }

    /// What Enable Slot takes for a device at this port.
    int slotType(int port) {
        return protocols.stream()
                .filter(range -> range.covers(port))
                .mapToInt(PortProtocol::slotType)
                .findFirst()
                .orElse(0);
    }
}
