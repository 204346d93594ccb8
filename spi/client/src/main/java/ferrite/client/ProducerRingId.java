package ferrite.client;

/// The serving end of a scheme.
///
/// @param reactor number of the reactor
/// @param index place in it
/// @param use which use of the place
public record ProducerRingId(long reactor, int index, int use) implements RingId {}
