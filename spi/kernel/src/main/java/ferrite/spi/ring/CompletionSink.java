package ferrite.spi.ring;

/// Receives completions as plain numbers: the form of [CompletionHandler] that allocates nothing.
@FunctionalInterface
public interface CompletionSink {
    /// @param userData the caller's own tag
    /// @param status a value, or a negative error number
    /// @param flags [CqeFlags]
    /// @param extra second result, by opcode
    void completed(long userData, long status, long flags, long extra);
}
