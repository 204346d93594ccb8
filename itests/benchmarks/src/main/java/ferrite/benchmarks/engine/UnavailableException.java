package ferrite.benchmarks.engine;

/// A subject cannot be measured on this machine. The message says why, for the table.
public final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /// @param message what is missing
    public UnavailableException(String message) {
        super(message);
    }
}
