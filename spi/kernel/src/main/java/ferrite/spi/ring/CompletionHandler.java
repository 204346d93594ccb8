package ferrite.spi.ring;

/// Receives the completions that [ConsumerInstance#reap] takes from a ring, on the thread that runs the context.
@FunctionalInterface
public interface CompletionHandler {
    /// @param completion with the caller's own user data
    void completed(CompletionQueueEntry completion);
}
