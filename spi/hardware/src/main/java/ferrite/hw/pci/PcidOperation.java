package ferrite.hw.pci;

/// Private ring opcodes that pcid answers on the ring of an opened function.
///
/// Common to all: `SQE.syscallFlags` = [#INTERFACE_VERSION], `SQE.fd` = the opened function, the buffer is
/// a slice of the shared pool. `CQE.status` is negative on failure: −ENOSYS (other version or opcode),
/// −EBADF (not a function), −EINVAL (buffer too short, bad value), −EFAULT (buffer outside the pool),
/// −ENODEV (the function is gone).
///
/// | opcode                 | SQE                                              | CQE                        |
/// |------------------------|--------------------------------------------------|----------------------------|
/// | FETCH_CONFIG           | buffer ≥ [FunctionConfig#BYTES], written         | status 0                   |
/// | FETCH_ALL_CAPABILITIES | additional1 = first, additional2 = most; buffer written | status = count, extra = left |
/// | GET_CAPABILITY         | additional1 = capability id; buffer written      | status 0; −ENOENT          |
/// | SET_CAPABILITY         | buffer ≥ [CapabilityUpdate#BYTES], read          | status 0; −ENOENT, −EADDRINUSE |
public final class PcidOperation {
    /// Value of the syscall flags of each entry.
    public static final int INTERFACE_VERSION = 1;
    /// Writes one [FunctionConfig] to the buffer. Status 0.
    public static final int FETCH_CONFIG = 128;
    /// Writes [PlacedCapability] elements from index `SQE.additional1` on, at most `SQE.additional2`. Status is their
    /// count, extra how many remain after them.
    public static final int FETCH_ALL_CAPABILITIES = 129;
    /// Writes the first [PlacedCapability] with id `SQE.additional1`. Status 0, −ENOENT if there is none.
    public static final int GET_CAPABILITY = 130;
    /// Applies one [CapabilityUpdate]. Status 0, −ENOENT if the function lacks the capability, −EADDRINUSE
    /// if MSI is to be enabled while MSI-X is or the reverse.
    public static final int SET_CAPABILITY = 131;

    private PcidOperation() {}
}
