package ferrite.hw.xhci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// One element of the controller's extended capability list, little-endian (xHCI 1.2 chapter 7).
///
/// | bits of the first dword | field | meaning                                                     |
/// |-------------------------|-------|-------------------------------------------------------------|
/// | 7:0                     | id    | 1 USB legacy support, 2 supported protocol                  |
/// | 15:8                    | next  | distance of the next element in dwords, 0 = last            |
/// | 31:16                   |       | by id                                                       |
public sealed interface ExtendedCapability {
    /// Most elements of a list that are looked at.
    int ELEMENTS_MAX = 256;

    /// USB legacy support, xHCI 1.2 §7.1: who owns the controller. 8 bytes.
    ///
    /// @param next distance of the next element, dwords, 0..255
    /// @param biosOwned bit 16
    /// @param osOwned bit 24
    /// @param controlStatus second dword: events sent to the firmware
    record UsbLegacySupport(int next, boolean biosOwned, boolean osOwned, int controlStatus)
            implements ExtendedCapability {
        /// Capability id.
        public static final int ID = 1;
        /// Bytes of the element.
        public static final int BYTES = 8;
        /// Bit 16 of the first dword.
        public static final int BIOS_OWNED = 1 << 16;
        /// Bit 24 of the first dword.
        public static final int OS_OWNED = 1 << 24;
        /// Offset of the second dword.
        public static final int CONTROL_STATUS = 4;
    }

    /// Supported protocol, xHCI 1.2 §7.2: which ports speak which USB. 16 bytes; speed id dwords, if any,
    /// follow and are not carried.
    ///
    /// | offset | bits  | field          | offset | bits  | field      |
    /// |-------:|-------|----------------|-------:|-------|------------|
    /// |      0 | 23:16 | minor          |      8 | 15:8  | portCount  |
    /// |      0 | 31:24 | major          |      8 | 27:16 | protocol   |
    /// |      4 | 31:0  | name           |      8 | 31:28 | speedCount |
    /// |      8 | 7:0   | firstPort      |     12 | 4:0   | slotType   |
    ///
    /// @param next distance of the next element, dwords, 0..255
    /// @param major binary-coded decimal, 3 = USB 3
    /// @param minor binary-coded decimal, 0x10 = .1
    /// @param name four characters, [#NAME_USB]
    /// @param firstPort 1..255
    /// @param portCount 1..255
    /// @param protocol defined by the protocol, 12 bits
    /// @param speedCount speed id dwords that follow, 0..15; 0 = the default ids
    /// @param slotType what Enable Slot takes, 0..31
    record SupportedProtocol(
            int next,
            int major,
            int minor,
            int name,
            int firstPort,
            int portCount,
            int protocol,
            int speedCount,
            int slotType)
            implements ExtendedCapability {
        /// Capability id.
        public static final int ID = 2;
        /// Bytes carried.
        public static final int BYTES = 16;
        /// The four characters "USB ".
        public static final int NAME_USB = 0x20425355;

        /// {@return a capability with the name "USB " and the default speed ids}
        ///
        /// @param next distance of the next element, dwords
        /// @param major 2 or 3
        /// @param firstPort 1..255
        /// @param portCount 1..255
        public static SupportedProtocol usb(int next, int major, int firstPort, int portCount) {
            return new SupportedProtocol(next, major, 0, NAME_USB, firstPort, portCount, 0, 0, 0);
        }

        /// {@return whether the port speaks this protocol}
        ///
        /// @param port 1..255
        public boolean covers(int port) {
            return port >= firstPort && port < firstPort + portCount;
        }
    }

    /// An id this codec does not know, or an element that does not fit in the memory. 4 bytes.
    ///
    /// @param id 0..255
    /// @param next distance of the next element, dwords, 0..255
    /// @param upper bits 31:16 of the first dword
    record Unknown(int id, int next, int upper) implements ExtendedCapability {
        /// Bytes carried.
        public static final int BYTES = 4;
    }

    /// {@return the element at `at`}
    ///
    /// @param segment memory of the controller
    /// @param at offset of the element, 4 bytes must be in bounds
    static ExtendedCapability decode(MemorySegment segment, long at) {
        int word0 = LittleEndian.i32(segment, at);
        int id = word0 & 0xFF;
        int next = word0 >>> 8 & 0xFF;
        long available = segment.byteSize() - at;
        if (id == UsbLegacySupport.ID && available >= UsbLegacySupport.BYTES) {
            return new UsbLegacySupport(
                    next,
                    (word0 & UsbLegacySupport.BIOS_OWNED) != 0,
                    (word0 & UsbLegacySupport.OS_OWNED) != 0,
                    LittleEndian.i32(segment, at + UsbLegacySupport.CONTROL_STATUS));
        }
        if (id == SupportedProtocol.ID && available >= SupportedProtocol.BYTES) {
            int word2 = LittleEndian.i32(segment, at + 8);
            return new SupportedProtocol(
                    next,
                    word0 >>> 24,
                    word0 >>> 16 & 0xFF,
                    LittleEndian.i32(segment, at + 4),
                    word2 & 0xFF,
                    word2 >>> 8 & 0xFF,
                    word2 >>> 16 & 0xFFF,
                    word2 >>> 28,
                    LittleEndian.i32(segment, at + 12) & 0x1F);
        }
        return new Unknown(id, next, word0 >>> 16);
    }

    /// {@return the list from `first` on; it ends at the last element, behind the memory or after
    /// [#ELEMENTS_MAX] elements. It cannot loop: distances are positive.}
    ///
    /// @param segment memory of the controller
    /// @param first offset of the first element, see [CapabilityRegisters#extendedCapabilities]; 0 = none
    static List<ExtendedCapability> decodeAll(MemorySegment segment, long first) {
        List<ExtendedCapability> found = new ArrayList<>();
        long at = first;
        while (at > 0 && at + Unknown.BYTES <= segment.byteSize() && found.size() < ELEMENTS_MAX) {
            ExtendedCapability capability = decode(segment, at);
            found.add(capability);
            if (capability.next() == 0) {
                break;
            }
            at += 4L * capability.next();
        }
        return found;
    }

    /// {@return distance of the next element, dwords, 0..255; 0 = last}
    int next();

    /// {@return how many bytes [#encode] writes}
    default int bytes() {
        return switch (this) {
            case UsbLegacySupport _ -> UsbLegacySupport.BYTES;
            case SupportedProtocol _ -> SupportedProtocol.BYTES;
            case Unknown _ -> Unknown.BYTES;
        };
    }

    /// Writes [#bytes()] bytes.
    ///
    /// @param segment memory of the controller
    /// @param at offset of the element
    default void encode(MemorySegment segment, long at) {
        int link = (next() & 0xFF) << 8;
        switch (this) {
            case UsbLegacySupport legacy -> {
                int owners = (legacy.biosOwned ? UsbLegacySupport.BIOS_OWNED : 0)
                        | (legacy.osOwned ? UsbLegacySupport.OS_OWNED : 0);
                LittleEndian.put32(segment, at, UsbLegacySupport.ID | link | owners);
                LittleEndian.put32(segment, at + UsbLegacySupport.CONTROL_STATUS, legacy.controlStatus);
            }
            case SupportedProtocol protocol -> {
                int release = (protocol.minor & 0xFF) << 16 | protocol.major << 24;
                int ports = protocol.firstPort & 0xFF
                        | (protocol.portCount & 0xFF) << 8
                        | (protocol.protocol & 0xFFF) << 16
                        | protocol.speedCount << 28;
                LittleEndian.put32(segment, at, SupportedProtocol.ID | link | release);
                LittleEndian.put32(segment, at + 4, protocol.name);
                LittleEndian.put32(segment, at + 8, ports);
                LittleEndian.put32(segment, at + 12, protocol.slotType & 0x1F);
            }
            case Unknown unknown -> LittleEndian.put32(segment, at, unknown.id & 0xFF | link | unknown.upper << 16);
        }
    }
}
