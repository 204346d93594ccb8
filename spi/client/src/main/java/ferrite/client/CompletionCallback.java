package ferrite.client;

/// Receives completions as plain numbers, on the thread that drives the reactor. Registered once
/// ([Reactor#prepare]) and called for many requests, so that a request allocates nothing.
@FunctionalInterface
public interface CompletionCallback {
    /// An exception goes to the reactor's handler of uncaught exceptions and harms no other request.
    ///
    /// @param context what the request was submitted with
    /// @param status a value, or a negative error number
    /// @param flags [ferrite.spi.ring.CqeFlags]
    /// @param extra second result, by opcode
    void completed(long context, long status, long flags, long extra);
}
