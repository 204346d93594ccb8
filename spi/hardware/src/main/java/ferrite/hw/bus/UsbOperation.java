package ferrite.hw.bus;

/// Private ring opcodes of a USB port: the host controller model asks, the device model behind the port
/// answers.
///
/// | opcode      | SQE.fd                | SQE.additional1  | buffer                        | CQE.status  | CQE.extra |
/// |-------------|-----------------------|------------------|-------------------------------|-------------|-----------|
/// | PORT_STATUS | device                | –                | –                             | 0           | speed     |
/// | PORT_RESET  | device                | –                | –                             | 0           | –         |
/// | CONTROL     | device                | setup packet     | data stage, 0..65535 bytes    | bytes moved | –         |
/// | BULK_OUT    | endpoint number, 1..15 | –               | data, read by the device      | bytes moved | –         |
/// | BULK_IN     | endpoint number, 1..15 | –               | data, written by the device   | bytes moved | –         |
///
/// `CQE.status` is negative on failure: −EPIPE (STALL handshake: request error or halted endpoint), −ENODEV
/// (unplugged), −EINVAL (no such endpoint), −EFAULT (buffer outside the pool), −ENOSYS (other opcode). Fewer
/// bytes than the buffer holds is a short packet, not a failure.
public final class UsbOperation {
    /// Asks what is plugged in. Extra = protocol speed id of [ferrite.hw.usb.UsbSpeed#psi()], 0 = not
    /// connected.
    public static final int PORT_STATUS = 144;
    /// Resets the device: address 0, not configured, no endpoint halted.
    public static final int PORT_RESET = 145;
    /// One control transfer on endpoint 0. `SQE.additional1` = [ferrite.hw.usb.SetupPacket#toLong()]; the
    /// buffer, if any, is written by the device for device-to-host requests and read by it otherwise.
    public static final int CONTROL = 146;
    /// Moves the buffer to the bulk OUT endpoint with number `SQE.fd`.
    public static final int BULK_OUT = 147;
    /// Fills the buffer from the bulk IN endpoint with number `SQE.fd`.
    public static final int BULK_IN = 148;

    private UsbOperation() {}
}
