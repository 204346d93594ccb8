package ferrite.spi.ring;

/// Where a ring is in its life. It only moves to the right.
public enum RingState {
    /// Both ends attached.
    OPEN,
    /// The asking end has closed; the serving end finishes what it has received.
    DRAINING,
    /// Both ends are done; every outstanding request was answered ENODEV or ECANCELED.
    CLOSED,
    /// One end wrote an impossible index or tag; the other refuses to go on.
    BROKEN
}
