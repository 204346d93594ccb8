package ferrite.client;

/// A ring to the kernel: paths, descriptors, timeouts.
///
/// @param reactor number of the reactor
/// @param index place in it
/// @param use which use of the place
public record PrimaryRingId(long reactor, int index, int use) implements ConsumerRingId {}
