package ferrite.spi.ring;

/// What a completion queue entry reports: bits of its `flags` word.
public final class CqeFlags {
    /// An event of a multi-shot submission, not its end.
    public static final long EVENT = 1;
    /// The last completion of a multi-shot submission.
    public static final long LAST_UPDATE = 2;

    private CqeFlags() {}
}
