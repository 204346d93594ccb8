package ferrite.hw.usb;

/// Private ring opcodes that xhcid answers to class drivers.
///
/// | opcode         | SQE.fd                | SQE.additional1     | SQE.additional2             | buffer        |
/// CQE.status  |
/// |----------------|-----------------------|---------------------|-----------------------------|---------------|-------------|
/// | TRANSFER       | endpoint data file    | –                   | –                           | data          | bytes
/// moved |
/// | CONTROL        | device file           | setup packet        | –                           | optional data | bytes
/// moved |
/// | CONFIGURE      | device file           | configuration value | interface \| alternate << 8 | –             | 0
///       |
/// | RESET_ENDPOINT | endpoint data file    | –                   | –                           | –             | 0
///       |
///
/// `CQE.status` is negative on failure: −EPIPE (stalled), −EIO (any other transfer error), −EBADF (the
/// descriptor is of another kind), −EINVAL (no such configuration, setup length ≠ buffer length), −EBUSY
/// (already configured otherwise), −ENODEV (unplugged), −ENOSYS (other opcode). Fewer bytes moved than the
/// buffer holds is a short packet, not a failure.
public final class XhcidOperation {
    /// Moves the buffer in the direction of the endpoint that `SQE.fd` was opened for.
    public static final int TRANSFER = 128;
    /// One control transfer on endpoint 0; `SQE.additional1` = [SetupPacket#toLong()].
    public static final int CONTROL = 129;
    /// Selects a configuration and one interface of it.
    public static final int CONFIGURE = 130;
    /// Takes the endpoint out of halt, here and, with CLEAR_FEATURE, in the device.
    public static final int RESET_ENDPOINT = 131;

    private XhcidOperation() {}
}
