package ferrite.spi.scheme;

import ferrite.spi.ring.RingParameters;

/// What the serving side learns of a ring that has been attached to it.
///
/// @param ring its number in the serving context, [Request#ring()]
/// @param fromKernel whether it is the kernel's, which brings the requests of all callers
/// @param caller who attached it; the serving context itself for the kernel's ring
/// @param parameters its sizes
public record RingReceive(int ring, boolean fromKernel, CallerContext caller, RingParameters parameters) {}
