package ferrite.spi.ring;

/// What else [ConsumerInstance#enter(int, int, long)] does or waits for.
public final class EnterFlags {
    /// Returns also as soon as a submission can be queued again.
    public static final int SQ_AVAILABLE = 1;
    /// Tells the serving side and returns.
    public static final int ONLY_NOTIFY = 2;

    private EnterFlags() {}
}
