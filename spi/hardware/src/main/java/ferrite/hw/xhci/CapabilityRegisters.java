package ferrite.hw.xhci;

/// Read-only registers at the start of the controller's memory, little-endian (xHCI 1.2 §5.3).
///
/// | offset | bytes | register   | fields                                                              |
/// |-------:|------:|------------|---------------------------------------------------------------------|
/// |   0x00 |     1 | CAPLENGTH  | offset of the [OperationalRegisters]                                |
/// |   0x02 |     2 | HCIVERSION | binary-coded decimal, 0x0120 = 1.2                                  |
/// |   0x04 |     4 | HCSPARAMS1 | 7:0 slots, 18:8 interrupters, 31:24 ports                           |
/// |   0x08 |     4 | HCSPARAMS2 | 3:0 IST, 7:4 ERST max, 25:21 and 31:27 scratchpads, 26 SPR          |
/// |   0x0C |     4 | HCSPARAMS3 | 7:0 U1 latency, 31:16 U2 latency, microseconds                      |
/// |   0x10 |     4 | HCCPARAMS1 | 11:0 flags, 15:12 stream array size, 31:16 extended capabilities    |
/// |   0x14 |     4 | DBOFF      | offset of the [DoorbellRegisters], bits 1:0 reserved                |
/// |   0x18 |     4 | RTSOFF     | offset of the [RuntimeRegisters], bits 4:0 reserved                 |
/// |   0x1C |     4 | HCCPARAMS2 | flags                                                               |
public final class CapabilityRegisters {
    /// Offset, 8 bits.
    public static final int CAPLENGTH = 0x00;
    /// Offset, 16 bits.
    public static final int HCIVERSION = 0x02;
    /// Offset, 32 bits.
    public static final int HCSPARAMS1 = 0x04;
    /// Offset, 32 bits.
    public static final int HCSPARAMS2 = 0x08;
    /// Offset, 32 bits.
    public static final int HCSPARAMS3 = 0x0C;
    /// Offset, 32 bits.
    public static final int HCCPARAMS1 = 0x10;
    /// Offset, 32 bits.
    public static final int DBOFF = 0x14;
    /// Offset, 32 bits.
    public static final int RTSOFF = 0x18;
    /// Offset, 32 bits.
    public static final int HCCPARAMS2 = 0x1C;
    /// Bytes of the registers above; CAPLENGTH is at least this.
    public static final int BYTES = 0x20;

    /// AC64: device addresses have 64 bits.
    public static final int HCCPARAMS1_ADDRESS_64 = 1;
    /// BNC.
    public static final int HCCPARAMS1_BANDWIDTH_NEGOTIATION = 1 << 1;
    /// CSZ: contexts take 64 bytes instead of 32.
    public static final int HCCPARAMS1_CONTEXT_SIZE = 1 << 2;
    /// PPC.
    public static final int HCCPARAMS1_PORT_POWER_CONTROL = 1 << 3;
    /// PIND.
    public static final int HCCPARAMS1_PORT_INDICATORS = 1 << 4;
    /// LHRC.
    public static final int HCCPARAMS1_LIGHT_RESET = 1 << 5;
    /// LTC.
    public static final int HCCPARAMS1_LATENCY_TOLERANCE = 1 << 6;
    /// NSS.
    public static final int HCCPARAMS1_NO_SECONDARY_STREAMS = 1 << 7;
    /// PAE.
    public static final int HCCPARAMS1_PARSE_ALL_EVENT_DATA = 1 << 8;
    /// SPC.
    public static final int HCCPARAMS1_STOPPED_SHORT_PACKET = 1 << 9;
    /// SEC.
    public static final int HCCPARAMS1_STOPPED_EDTLA = 1 << 10;
    /// CFC.
    public static final int HCCPARAMS1_CONTIGUOUS_FRAME_ID = 1 << 11;

    /// U3C.
    public static final int HCCPARAMS2_U3_ENTRY = 1;
    /// CMC.
    public static final int HCCPARAMS2_CONFIGURE_ENDPOINT_LATENCY = 1 << 1;
    /// FSC.
    public static final int HCCPARAMS2_FORCE_SAVE_CONTEXT = 1 << 2;
    /// CTC.
    public static final int HCCPARAMS2_COMPLIANCE_TRANSITION = 1 << 3;
    /// LEC.
    public static final int HCCPARAMS2_LARGE_ESIT_PAYLOAD = 1 << 4;
    /// CIC: [InputControlContext] carries configuration and interface.
    public static final int HCCPARAMS2_CONFIGURATION_INFORMATION = 1 << 5;

    private CapabilityRegisters() {}

    /// {@return device slots, 0..255}
    ///
    /// @param hcsparams1 value of the register
    public static int maxSlots(int hcsparams1) {
        return hcsparams1 & 0xFF;
    }

    /// {@return interrupters, 0..2047}
    ///
    /// @param hcsparams1 value of the register
    public static int maxInterrupters(int hcsparams1) {
        return hcsparams1 >>> 8 & 0x7FF;
    }

    /// {@return root hub ports, 0..255}
    ///
    /// @param hcsparams1 value of the register
    public static int maxPorts(int hcsparams1) {
        return hcsparams1 >>> 24;
    }

    /// {@return value of HCSPARAMS1}
    ///
    /// @param slots 1..255
    /// @param interrupters 1..1024
    /// @param ports 1..255
    public static int hcsparams1(int slots, int interrupters, int ports) {
        return slots & 0xFF | (interrupters & 0x7FF) << 8 | ports << 24;
    }

    /// {@return entries an event ring segment table may have, 1..32768}
    ///
    /// @param hcsparams2 value of the register
    public static int eventRingSegmentsMax(int hcsparams2) {
        return 1 << (hcsparams2 >>> 4 & 0xF);
    }

    /// {@return scratchpad pages the controller wants, 0..1023}
    ///
    /// @param hcsparams2 value of the register
    public static int scratchpadBuffers(int hcsparams2) {
        return (hcsparams2 >>> 21 & 0x1F) << 5 | hcsparams2 >>> 27;
    }

    /// {@return distance of contexts, 32 or 64 bytes}
    ///
    /// @param hccparams1 value of the register
    public static int contextBytes(int hccparams1) {
        return (hccparams1 & HCCPARAMS1_CONTEXT_SIZE) != 0 ? 64 : 32;
    }

    /// {@return offset of the first [ExtendedCapability] from the start of the controller's memory, bytes; 0 = none}
    ///
    /// @param hccparams1 value of the register
    public static int extendedCapabilities(int hccparams1) {
        return (hccparams1 >>> 16) << 2;
    }
}
