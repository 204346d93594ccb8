package ferrite.hw.bus;

/// Private ring opcodes of the PCI bus: pcid (or a driver with an opened BAR window) asks, the host bridge
/// or the device model answers.
///
/// | opcode        | SQE.address              | SQE.length | SQE.additional1 | CQE.status   | CQE.extra       |
/// |---------------|--------------------------|------------|-----------------|--------------|-----------------|
/// | CONFIG_READ   | ECAM offset, bytes       | 1, 2, 4    | –               | 0            | value           |
/// | CONFIG_WRITE  | ECAM offset, bytes       | 1, 2, 4    | value           | 0            | –               |
/// | MEMORY_READ   | bus address or window offset, bytes | 1, 2, 4, 8 | –    | 0            | value           |
/// | MEMORY_WRITE  | bus address or window offset, bytes | 1, 2, 4, 8 | value | 0           | –               |
/// | AWAIT_MESSAGE | –                        | –          | –               | message data | message address |
/// | RESET         | –                        | –          | –               | 0            | –               |
///
/// Values are little-endian numbers, zero-extended. `CQE.status` is negative on failure: −EINVAL (length not
/// in the table, or offset not a multiple of it), −EBADF (the descriptor is neither the bus, a function nor
/// a window), −EFAULT (offset outside the window), −ENODEV (the device is gone), −ENOSYS (other opcode).
/// A read where no function answers is no failure: it gives all ones, as on a real bus.
public final class PciBusOperation {
    /// Reads a configuration register of the function that `SQE.address` names; see
    /// [ferrite.hw.pci.PciAddress#ecamOffset()], plus the register offset.
    public static final int CONFIG_READ = 128;
    /// Writes a configuration register. Writing to an absent function is discarded and gives status 0.
    public static final int CONFIG_WRITE = 129;
    /// Reads device memory: `SQE.address` is a bus address, or the offset in the opened window when `SQE.fd`
    /// is a window (one BAR of one function).
    public static final int MEMORY_READ = 130;
    /// Writes device memory, addressed as in [#MEMORY_READ].
    public static final int MEMORY_WRITE = 131;
    /// Subscribes (multi-shot) to the messages that the function at `SQE.fd` signals. Each message is one
    /// completion: status = message data as an unsigned 32-bit number, extra = message address. Ends with
    /// −ECANCELED when cancelled and −ENODEV when the function goes.
    public static final int AWAIT_MESSAGE = 132;
    /// Puts the function at `SQE.fd` in its power-on state. Subscriptions stay.
    public static final int RESET = 133;

    private PciBusOperation() {}
}
