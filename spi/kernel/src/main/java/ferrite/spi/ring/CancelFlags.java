package ferrite.spi.ring;

/// Which submissions a [Opcode#CANCEL] means: bits of its `syscallFlags`. 0 means the oldest with user data
/// `additional1`.
public final class CancelFlags {
    /// All that match, not only the oldest.
    public static final int ALL = 1;
    /// Those on `fd`, whatever their user data.
    public static final int FILE = 2;
    /// Every submission on the ring; implies [#ALL].
    public static final int ANY = 4;

    private CancelFlags() {}
}
