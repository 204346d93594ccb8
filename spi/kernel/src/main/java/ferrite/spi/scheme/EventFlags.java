package ferrite.spi.scheme;

/// What can happen to a file that somebody watches: bits of the flags of `RegisterEvents`.
public final class EventFlags {
    /// Something can be read.
    public static final int READ = 1;
    /// Something can be written again.
    public static final int WRITE = 2;

    private EventFlags() {}
}
