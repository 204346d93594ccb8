package ferrite.hw.xhci;

/// Registers of one root hub port, little-endian (xHCI 1.2 §5.4.8 to §5.4.11). Ports count from 1.
///
/// | offset | bytes | register  | meaning                                    |
/// |-------:|------:|-----------|--------------------------------------------|
/// |   0x00 |     4 | PORTSC    | status and control, `PORTSC_…`             |
/// |   0x04 |     4 | PORTPMSC  | power management, by protocol              |
/// |   0x08 |     4 | PORTLI    | link information, by protocol              |
/// |   0x0C |     4 | PORTHLPMC | USB 2.0 hardware LPM                       |
///
/// PORTSC bits of which writing 1 does something (enabled, all changes) must be written 0 to be left alone:
/// write `portsc & PORTSC_PRESERVE_MASK | what to do`.
public final class PortRegisters {
    /// Bytes of the registers of one port.
    public static final int BYTES = 0x10;
    /// Offset, 32 bits.
    public static final int PORTSC = 0x00;
    /// Offset, 32 bits.
    public static final int PORTPMSC = 0x04;
    /// Offset, 32 bits.
    public static final int PORTLI = 0x08;
    /// Offset, 32 bits.
    public static final int PORTHLPMC = 0x0C;

    /// CCS, read-only.
    public static final int PORTSC_CONNECTED = 1;
    /// PED; writing 1 disables the port.
    public static final int PORTSC_ENABLED = 1 << 1;
    /// OCA, read-only.
    public static final int PORTSC_OVER_CURRENT = 1 << 3;
    /// PR; writing 1 starts a reset.
    public static final int PORTSC_RESET = 1 << 4;
    /// PLS, bits 8:5, `LINK_…`; written only with PORTSC_LINK_STATE_WRITE.
    public static final int PORTSC_LINK_STATE_SHIFT = 5;
    /// PLS, in place.
    public static final int PORTSC_LINK_STATE_MASK = 0xF << 5;
    /// PP.
    public static final int PORTSC_POWER = 1 << 9;
    /// Bits 13:10, protocol speed id, read-only.
    public static final int PORTSC_SPEED_SHIFT = 10;
    /// Speed, in place.
    public static final int PORTSC_SPEED_MASK = 0xF << 10;
    /// PIC.
    public static final int PORTSC_INDICATOR_MASK = 3 << 14;
    /// LWS: the link state is written; reads 0.
    public static final int PORTSC_LINK_STATE_WRITE = 1 << 16;
    /// CSC, write 1 to clear.
    public static final int PORTSC_CONNECT_CHANGE = 1 << 17;
    /// PEC, write 1 to clear.
    public static final int PORTSC_ENABLED_CHANGE = 1 << 18;
    /// WRC, write 1 to clear.
    public static final int PORTSC_WARM_RESET_CHANGE = 1 << 19;
    /// OCC, write 1 to clear.
    public static final int PORTSC_OVER_CURRENT_CHANGE = 1 << 20;
    /// PRC, write 1 to clear.
    public static final int PORTSC_RESET_CHANGE = 1 << 21;
    /// PLC, write 1 to clear.
    public static final int PORTSC_LINK_STATE_CHANGE = 1 << 22;
    /// CEC, write 1 to clear.
    public static final int PORTSC_CONFIG_ERROR_CHANGE = 1 << 23;
    /// CAS, read-only.
    public static final int PORTSC_COLD_ATTACH = 1 << 24;
    /// WCE.
    public static final int PORTSC_WAKE_ON_CONNECT = 1 << 25;
    /// WDE.
    public static final int PORTSC_WAKE_ON_DISCONNECT = 1 << 26;
    /// WOE.
    public static final int PORTSC_WAKE_ON_OVER_CURRENT = 1 << 27;
    /// DR, read-only.
    public static final int PORTSC_NOT_REMOVABLE = 1 << 30;
    /// WPR; writing 1 starts a warm reset; reads 0.
    public static final int PORTSC_WARM_RESET = 1 << 31;
    /// All seven change bits.
    public static final int PORTSC_CHANGES = 0x7F << 17;
    /// Bits to write back as read: power, indicator and wake.
    public static final int PORTSC_PRESERVE_MASK = PORTSC_POWER | PORTSC_INDICATOR_MASK | 7 << 25;

    /// Link state: on.
    public static final int LINK_U0 = 0;
    /// Link state: standby with fast exit.
    public static final int LINK_U1 = 1;
    /// Link state: standby.
    public static final int LINK_U2 = 2;
    /// Link state: suspended.
    public static final int LINK_U3 = 3;
    /// Link state.
    public static final int LINK_DISABLED = 4;
    /// Link state: SuperSpeed, nothing connected.
    public static final int LINK_RX_DETECT = 5;
    /// Link state: error, needs a warm reset.
    public static final int LINK_INACTIVE = 6;
    /// Link state: training; a USB 2.0 port before its reset.
    public static final int LINK_POLLING = 7;
    /// Link state.
    public static final int LINK_RECOVERY = 8;
    /// Link state.
    public static final int LINK_HOT_RESET = 9;
    /// Link state.
    public static final int LINK_COMPLIANCE = 10;
    /// Link state.
    public static final int LINK_TEST = 11;
    /// Link state.
    public static final int LINK_RESUME = 15;

    private PortRegisters() {}

    /// {@return offset of the port's registers from the [OperationalRegisters], bytes}
    ///
    /// @param port 1..255
    public static long offset(int port) {
        return OperationalRegisters.PORTS + (long) BYTES * (port - 1);
    }

    /// {@return link state, 0..15}
    ///
    /// @param portsc value of the register
    public static int linkState(int portsc) {
        return portsc >>> PORTSC_LINK_STATE_SHIFT & 0xF;
    }

    /// {@return protocol speed id, 0..15, see [ferrite.hw.usb.UsbSpeed]}
    ///
    /// @param portsc value of the register
    public static int speed(int portsc) {
        return portsc >>> PORTSC_SPEED_SHIFT & 0xF;
    }
}
