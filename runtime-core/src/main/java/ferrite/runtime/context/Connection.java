package ferrite.runtime.context;

import ferrite.runtime.ring.Ring;

/// A user-to-user ring and the socket at its far end.
///
/// @param ring the new ring
/// @param server to be told of arrivals
public record Connection(Ring ring, ServedScheme server) {}
