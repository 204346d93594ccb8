package ferrite.spi.error;

import java.util.Optional;

/// An error number as it travels in a completion's status: negative, with Linux's values.
///
/// One value, one meaning; what each operation may answer stands at the operation.
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or scheme"),
    ESRCH(3, "no such context"),
    EINTR(4, "interrupted"),
    EIO(5, "input/output error"),
    ENXIO(6, "no such device or address"),
    E2BIG(7, "argument too long"),
    EBADF(9, "bad descriptor"),
    ECHILD(10, "no child context"),
    EAGAIN(11, "try again"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EFAULT(14, "bad address"),
    EBUSY(16, "in use"),
    EEXIST(17, "exists already"),
    EXDEV(18, "another scheme"),
    ENODEV(19, "no such device"),
    ENOTDIR(20, "not a directory"),
    EISDIR(21, "is a directory"),
    EINVAL(22, "invalid argument"),
    ENFILE(23, "too many rings or files in the kernel"),
    EMFILE(24, "too many open descriptors"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "no space left"),
    ESPIPE(29, "cannot seek"),
    EROFS(30, "read only"),
    EPIPE(32, "broken pipe or stalled endpoint"),
    ERANGE(34, "out of range"),
    EDEADLK(35, "would deadlock"),
    ENAMETOOLONG(36, "name too long"),
    ENOSYS(38, "not implemented"),
    ENOTEMPTY(39, "directory not empty"),
    ELOOP(40, "too many links"),
    EPROTO(71, "protocol error"),
    EBADMSG(74, "bad message"),
    EOVERFLOW(75, "value too large"),
    EMSGSIZE(90, "message too long"),
    EOPNOTSUPP(95, "not supported"),
    EADDRINUSE(98, "address in use"),
    ENOBUFS(105, "no buffer space"),
    ESHUTDOWN(108, "shut down"),
    ETIMEDOUT(110, "timed out"),
    EALREADY(114, "in progress already"),
    ECANCELED(125, "cancelled");

    private static final int CODE_MAX = 125;
    private static final Errno[] BY_CODE = new Errno[CODE_MAX + 1];

    static {
        for (Errno errno : values()) {
            BY_CODE[errno.code] = errno;
        }
    }

    private final int code;
    private final String meaning;

    Errno(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /// The positive number, 1..125.
    public int code() {
        return code;
    }

    /// The number as a completion carries it: `-code()`.
    public long status() {
        return -(long) code;
    }

    /// A few words for a person.
    public String meaning() {
        return meaning;
    }

    /// Whether a completion's status is a failure. Only −1..−4095 is, as in Linux.
    public static boolean isError(long status) {
        return status < 0 && status >= -4095;
    }

    /// The error that a status carries; empty for a success and for a number that is not in this table.
    public static Optional<Errno> of(long status) {
        if (status >= 0 || status < -CODE_MAX) {
            return Optional.empty();
        }
        return Optional.ofNullable(BY_CODE[(int) -status]);
    }

    /// `ENODEV (no such device)`, or `error 77` for a number that is not in this table.
    public static String describe(long status) {
        return of(status).map(e -> e.name() + " (" + e.meaning + ")").orElse("error " + -status);
    }
}
