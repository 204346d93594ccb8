package ferrite.spi.error;

/// An operational error in Java form: the device, the caller or a resource is at fault, not the program.
///
/// It carries exactly one [Errno]. It is translated to a status in one place on the way to a ring, and made from one
/// in [ferrite.spi.ring.CompletionQueueEntry#valueOrThrow(String)] on the way back.
public final class SchemeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    /// @param errno what the wire says
    /// @param message which object, in which state, and what to do
    public SchemeException(Errno errno, String message) {
        super(message + ": " + errno.name() + " (" + errno.meaning() + ")");
        this.errno = errno;
    }

    /// What the wire says.
    public Errno errno() {
        return errno;
    }
}
