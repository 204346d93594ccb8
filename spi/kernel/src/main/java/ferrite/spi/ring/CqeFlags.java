package ferrite.spi.ring;

/// What a completion queue entry reports: bits of its `flags` word. Bit 63 belongs to the ring (the phase bit).
public final class CqeFlags {
    /// An event of a multi-shot submission, not its end.
    public static final long EVENT = 1;
    /// The last completion of a multi-shot submission.
    public static final long LAST_UPDATE = 2;
    /// The success of an entry with [SqeFlags#SKIP_SUCCESS]: frees its record and is not delivered.
    public static final long SKIPPED = 4;
    /// A message of another ring ([Opcode#MSG_RING]), not the end of a submission.
    public static final long MESSAGE = 8;

    private CqeFlags() {}
}
