package ferrite.spi.ring;

/// How a submission queue entry behaves: bits of its `flags` byte. Bit 7 belongs to the ring (the phase bit).
public final class SqeFlags {
    /// Multi-shot: stays armed and answers with one completion per event until it is cancelled.
    public static final int SUBSCRIBE = 1;
    /// Runs after everything submitted before it on the same ring has completed; what follows waits for it.
    public static final int DRAIN = 2;
    /// The next entry runs only after this one succeeded. If it fails, or moves fewer bytes than it was asked to, the
    /// rest of its chain is answered ECANCELED. The chain ends with the first entry without this flag.
    public static final int CHAIN = 4;
    /// As [#CHAIN], but the next entry runs whatever the result was.
    public static final int HARD_CHAIN = 8;
    /// No completion is delivered if it succeeds.
    public static final int SKIP_SUCCESS = 16;
    /// `fd` is a place in the ring's registered files.
    public static final int REGISTERED_FILE = 32;
    /// The buffer is `length` bytes at `address` of the registered buffer `additional2`.
    public static final int REGISTERED_BUFFER = 64;

    /// What a caller may set.
    public static final int MASK = 0x7F;

    private SqeFlags() {}
}
