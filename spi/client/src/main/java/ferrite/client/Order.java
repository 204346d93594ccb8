package ferrite.client;

import ferrite.spi.ring.SqeFlags;

/// How a submission stands to its neighbours on the ring.
public enum Order {
    /// Independent of them.
    NONE(0),
    /// After everything before it, before everything after it.
    DRAIN(SqeFlags.DRAIN),
    /// The next one runs only if this one succeeds. What follows must be submitted in the same turn.
    CHAIN(SqeFlags.CHAIN),
    /// The next one runs after this one, whatever its result.
    HARD_CHAIN(SqeFlags.HARD_CHAIN);

    static final int CHAINED = SqeFlags.CHAIN | SqeFlags.HARD_CHAIN;

    private final int flags;

    Order(int flags) {
        this.flags = flags;
    }

    /// Its bits of [SqeFlags].
    public int flags() {
        return flags;
    }
}
