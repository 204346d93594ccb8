package ferrite.hw.usb.storage;

import ferrite.hw.usb.SetupPacket;

/// Class requests of the bulk-only transport (BOT 1.0 §3). Both go to the interface.
public final class BulkOnlyRequest {
    /// Request code: one byte comes back, the highest logical unit number, 0..15 (BOT 1.0 §3.2). A device
    /// with one unit may answer STALL.
    public static final int GET_MAX_LUN = 0xFE;
    /// Request code: the device gets ready for the next wrapper; halts and toggles stay (BOT 1.0 §3.1).
    public static final int BULK_ONLY_RESET = 0xFF;

    private BulkOnlyRequest() {}

    /// {@return GET_MAX_LUN}
    ///
    /// @param interfaceNumber bInterfaceNumber
    public static SetupPacket getMaxLun(int interfaceNumber) {
        return new SetupPacket(
                SetupPacket.TO_HOST | SetupPacket.TYPE_CLASS | SetupPacket.RECIPIENT_INTERFACE,
                GET_MAX_LUN,
                0,
                interfaceNumber,
                1);
    }

    /// {@return BULK_ONLY_RESET}
    ///
    /// @param interfaceNumber bInterfaceNumber
    public static SetupPacket reset(int interfaceNumber) {
        return new SetupPacket(
                SetupPacket.TYPE_CLASS | SetupPacket.RECIPIENT_INTERFACE, BULK_ONLY_RESET, 0, interfaceNumber, 0);
    }
}
