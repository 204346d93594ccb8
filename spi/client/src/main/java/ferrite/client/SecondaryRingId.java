package ferrite.client;

/// A ring straight to a scheme: its files are the scheme's own numbers.
///
/// @param reactor number of the reactor
/// @param index place in it
/// @param use which use of the place
public record SecondaryRingId(long reactor, int index, int use) implements ConsumerRingId {}
