package ferrite.client;

/// A ring that this reactor asks on.
public sealed interface ConsumerRingId extends RingId permits PrimaryRingId, SecondaryRingId {}
