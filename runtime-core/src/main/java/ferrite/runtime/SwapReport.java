package ferrite.runtime;

import java.time.Duration;

/// What a swap did.
///
/// @param instance that was swapped
/// @param pause from holding back the first request to letting them through again
/// @param drain part of the pause until no request was in work any more
/// @param heldRequests that waited in rings when the successor took over
/// @param stateBytes that were handed over
public record SwapReport(String instance, Duration pause, Duration drain, int heldRequests, int stateBytes) {}
