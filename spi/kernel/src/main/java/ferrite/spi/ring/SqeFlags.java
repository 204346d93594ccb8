package ferrite.spi.ring;

/// How a submission queue entry behaves: bits of its `flags` byte.
public final class SqeFlags {
    /// Multi-shot: stays armed and answers with one completion per event until it is cancelled.
    public static final int SUBSCRIBE = 1;
    /// Runs after everything submitted before it on the same ring has completed.
    public static final int DRAIN = 2;
    /// The next entry runs only after this one succeeded.
    public static final int CHAIN = 4;

    private SqeFlags() {}
}
