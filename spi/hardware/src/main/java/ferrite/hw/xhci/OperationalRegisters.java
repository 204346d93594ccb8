package ferrite.hw.xhci;

/// Registers that run the controller, little-endian, at CAPLENGTH (xHCI 1.2 §5.4).
///
/// | offset | bytes | register | fields                                                                |
/// |-------:|------:|----------|-----------------------------------------------------------------------|
/// |   0x00 |     4 | USBCMD   | `USBCMD_…`                                                            |
/// |   0x04 |     4 | USBSTS   | `USBSTS_…`                                                            |
/// |   0x08 |     4 | PAGESIZE | bit n: pages of 2^(n+12) bytes                                        |
/// |   0x14 |     4 | DNCTRL   | 15:0 device notifications to report                                   |
/// |   0x18 |     8 | CRCR     | 3:0 `CRCR_…`, 63:6 address of the command ring; reads 0 but for CRR   |
/// |   0x30 |     8 | DCBAAP   | 63:6 address of the device context array: one address per slot        |
/// |   0x38 |     4 | CONFIG   | 7:0 slots enabled, `CONFIG_…`                                         |
/// |  0x400 |       | ports    | [PortRegisters]                                                       |
public final class OperationalRegisters {
    /// Offset, 32 bits.
    public static final int USBCMD = 0x00;
    /// Offset, 32 bits.
    public static final int USBSTS = 0x04;
    /// Offset, 32 bits.
    public static final int PAGESIZE = 0x08;
    /// Offset, 32 bits.
    public static final int DNCTRL = 0x14;
    /// Offset, 64 bits.
    public static final int CRCR = 0x18;
    /// Offset, 64 bits.
    public static final int DCBAAP = 0x30;
    /// Offset, 32 bits.
    public static final int CONFIG = 0x38;
    /// Offset of the registers of port 1.
    public static final int PORTS = 0x400;

    /// R/S: run; 0 = halt.
    public static final int USBCMD_RUN = 1;
    /// HCRST: reset; reads 1 until done.
    public static final int USBCMD_RESET = 1 << 1;
    /// INTE.
    public static final int USBCMD_INTERRUPTER_ENABLE = 1 << 2;
    /// HSEE.
    public static final int USBCMD_SYSTEM_ERROR_ENABLE = 1 << 3;
    /// LHCRST.
    public static final int USBCMD_LIGHT_RESET = 1 << 7;
    /// CSS.
    public static final int USBCMD_SAVE_STATE = 1 << 8;
    /// CRS.
    public static final int USBCMD_RESTORE_STATE = 1 << 9;
    /// EWE: send [Trb.MfindexWrapEvent].
    public static final int USBCMD_WRAP_EVENT_ENABLE = 1 << 10;
    /// EU3S.
    public static final int USBCMD_U3_STOP_ENABLE = 1 << 11;

    /// HCH, read-only.
    public static final int USBSTS_HALTED = 1;
    /// HSE, write 1 to clear.
    public static final int USBSTS_SYSTEM_ERROR = 1 << 2;
    /// EINT, write 1 to clear.
    public static final int USBSTS_EVENT_INTERRUPT = 1 << 3;
    /// PCD, write 1 to clear.
    public static final int USBSTS_PORT_CHANGE = 1 << 4;
    /// SSS, read-only.
    public static final int USBSTS_SAVING = 1 << 8;
    /// RSS, read-only.
    public static final int USBSTS_RESTORING = 1 << 9;
    /// SRE, write 1 to clear.
    public static final int USBSTS_SAVE_RESTORE_ERROR = 1 << 10;
    /// CNR, read-only: no other register may be written.
    public static final int USBSTS_NOT_READY = 1 << 11;
    /// HCE, read-only.
    public static final int USBSTS_CONTROLLER_ERROR = 1 << 12;

    /// Pages of 4096 bytes.
    public static final int PAGESIZE_4096 = 1;
    /// RCS: cycle bit the controller is to expect first.
    public static final long CRCR_RING_CYCLE_STATE = 1;
    /// CS: stop after the current command.
    public static final long CRCR_STOP = 1 << 1;
    /// CA: abort the current command.
    public static final long CRCR_ABORT = 1 << 2;
    /// CRR, read-only: RCS and address cannot be written.
    public static final long CRCR_RUNNING = 1 << 3;
    /// Bits 63:6.
    public static final long CRCR_POINTER_MASK = -64L;
    /// Bits 63:6.
    public static final long DCBAAP_POINTER_MASK = -64L;
    /// MaxSlotsEn.
    public static final int CONFIG_SLOTS_MASK = 0xFF;
    /// U3E.
    public static final int CONFIG_U3_ENTRY_ENABLE = 1 << 8;
    /// CIE, see [CapabilityRegisters#HCCPARAMS2_CONFIGURATION_INFORMATION].
    public static final int CONFIG_INFORMATION_ENABLE = 1 << 9;

    private OperationalRegisters() {}
}
