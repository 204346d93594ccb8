package ferrite.runtime.plugin;

/// Why something failed, in one line for a person.
public final class Reason {

    private Reason() {}

    /// The message, or, if there is none, the kind of failure.
    public static String of(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }
}
