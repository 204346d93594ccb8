package ferrite.spi.scheme;

/// Private opcodes of the kernel scheme `io_uring:`.
public final class IoUringOperation {
    /// Attaches the created ring to who is named in the buffer: `io_uring:` is the kernel, any other name a scheme.
    /// Status: the ring's number in the caller's context, for [ferrite.spi.context.Context#ring].
    public static final int ATTACH = 128;

    private IoUringOperation() {}
}
