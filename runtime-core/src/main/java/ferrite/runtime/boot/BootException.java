package ferrite.runtime.boot;

/// The machine cannot be started. The message is for the user: one sentence, what is wrong and what to do.
public final class BootException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BootException(String message) {
        super(message);
    }

    BootException(String message, Throwable cause) {
        super(message, cause);
    }
}
