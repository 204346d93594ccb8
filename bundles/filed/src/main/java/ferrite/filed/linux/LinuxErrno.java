package ferrite.filed.linux;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// Error numbers of the host as ours. They have the same values, but for those that we do not have.
public final class LinuxErrno {
    /// No such file.
    public static final int ENOENT = 2;
    /// Interrupted.
    public static final int EINTR = 4;
    /// Try again; a lock that another has.
    public static final int EAGAIN = 11;
    /// Permission denied; a lock that another has.
    public static final int EACCES = 13;
    /// In use; the completion queue is full.
    public static final int EBUSY = 16;
    /// Exists already.
    public static final int EEXIST = 17;
    /// A path that leads out of its root (openat2 §RESOLVE_BENEATH).
    public static final int EXDEV = 18;
    /// Not a directory.
    public static final int ENOTDIR = 20;
    /// No such call.
    public static final int ENOSYS = 38;
    /// Cancelled.
    public static final int ECANCELED = 125;

    private static final int EPERM = 1;
    private static final int ETXTBSY = 26;
    private static final int EDQUOT = 122;

    private LinuxErrno() {}

    /// What an error means to a client.
    ///
    /// @param result of a call, negative
    public static Errno of(long result) {
        return switch ((int) -result) {
            case EXDEV, EPERM -> Errno.EACCES;
            case ETXTBSY -> Errno.EBUSY;
            case EDQUOT -> Errno.ENOSPC;
            default -> Errno.of(result).orElse(Errno.EIO);
        };
    }

    /// A result, if it is one.
    ///
    /// @param what was tried, for the message
    /// @throws SchemeException if it is an error
    public static long require(long result, String what) {
        if (result < 0) {
            throw new SchemeException(of(result), what);
        }
        return result;
    }
}
