package ferrite.client;

import ferrite.spi.scheme.Request;

/// What a served scheme gets.
public sealed interface Arrival {
    /// A request: answer it once, on the thread that drives the reactor.
    record Asked(Request request) implements Arrival {}

    /// The asker wants a request back that was [Asked] before: answer it soon.
    record Cancelled(Request request) implements Arrival {}

    /// A ring has gone: forget the files that were opened by it.
    ///
    /// @param ring [Request#ring()]
    record Detached(int ring) implements Arrival {}
}
