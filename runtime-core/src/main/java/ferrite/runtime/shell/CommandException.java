package ferrite.runtime.shell;

/// A command cannot do what it was asked. One line that names the object and what to do.
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommandException(String message) {
        super(message);
    }

    /// The shell prints exceptions with `toString`.
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return String.valueOf(getMessage());
    }
}
