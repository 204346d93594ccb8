package ferrite.filed.uring;

/// Receives what the host has answered.
@FunctionalInterface
public interface HostCompletion {
    /// @param userData of the submission
    /// @param result a value, or a negative error number
    void completed(long userData, int result);
}
