package ferrite.spi.scheme;

/// Bits of the open flags, with Redox's values (redox_syscall of 2020, `flag.rs`).
public final class OpenFlags {
    public static final long RDONLY = 0x1_0000;
    public static final long WRONLY = 0x2_0000;
    public static final long RDWR = RDONLY | WRONLY;
    public static final long NONBLOCK = 0x4_0000;
    /// Writes go to the end.
    public static final long APPEND = 0x8_0000;
    /// Refused with EADDRINUSE while another has it with [#EXLOCK]; keeps those away.
    public static final long SHLOCK = 0x10_0000;
    /// Refused with EADDRINUSE while another has it with this or [#SHLOCK].
    public static final long EXLOCK = 0x20_0000;
    public static final long CREAT = 0x200_0000;
    public static final long TRUNC = 0x400_0000;
    public static final long EXCL = 0x800_0000;
    public static final long DIRECTORY = 0x1000_0000;
    public static final long STAT = 0x2000_0000;

    private OpenFlags() {}
}
