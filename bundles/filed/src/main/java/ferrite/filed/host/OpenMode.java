package ferrite.filed.host;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.OpenFlags;

/// How a file is opened.
///
/// @param flags [OpenFlags]
public record OpenMode(long flags) {
    /// `O_CLOEXEC` and the file mode bits of POSIX, which mean nothing here.
    private static final long IGNORED = 0x100_0000 | 0xFFFF;

    private static final long KNOWN = OpenFlags.RDWR
            | OpenFlags.NONBLOCK
            | OpenFlags.APPEND
            | OpenFlags.SHLOCK
            | OpenFlags.EXLOCK
            | OpenFlags.CREAT
            | OpenFlags.TRUNC
            | OpenFlags.EXCL
            | OpenFlags.DIRECTORY
            | OpenFlags.STAT
            | IGNORED;

    /// Flags of a request, checked.
    ///
    /// @throws SchemeException EINVAL for a bit that is not known, TRUNC or EXLOCK without WRONLY, SHLOCK without
    ///         RDONLY, or both locks
    public static OpenMode of(long flags) {
        OpenMode mode = new OpenMode(flags);
        boolean bothLocks = mode.has(OpenFlags.SHLOCK) && mode.has(OpenFlags.EXLOCK);
        boolean withoutWriting = (mode.truncates() || mode.has(OpenFlags.EXLOCK)) && !mode.writes();
        boolean withoutReading = mode.has(OpenFlags.SHLOCK) && !mode.reads();
        if ((flags & ~KNOWN) != 0 || bothLocks || withoutWriting || withoutReading) {
            throw new SchemeException(Errno.EINVAL, "open flags 0x" + Long.toHexString(flags));
        }
        return mode;
    }

    private boolean has(long bit) {
        return (flags & bit) == bit;
    }

    /// Whether bytes may be read.
    public boolean reads() {
        return has(OpenFlags.RDONLY) && !has(OpenFlags.STAT);
    }

    /// Whether bytes may be written.
    public boolean writes() {
        return has(OpenFlags.WRONLY) && !has(OpenFlags.STAT);
    }

    /// Whether a write goes to the end.
    public boolean appends() {
        return has(OpenFlags.APPEND);
    }

    /// Whether a missing file is made.
    public boolean creates() {
        return has(OpenFlags.CREAT);
    }

    /// Whether an existing file is refused.
    public boolean onlyNew() {
        return creates() && has(OpenFlags.EXCL);
    }

    /// Whether the content is dropped.
    public boolean truncates() {
        return has(OpenFlags.TRUNC);
    }

    /// Whether it must be a directory.
    public boolean onlyDirectory() {
        return has(OpenFlags.DIRECTORY);
    }

    /// Whether anything on the host may change by opening.
    public boolean changes() {
        return writes() || creates() || truncates();
    }

    Lock lock() {
        if (has(OpenFlags.EXLOCK)) {
            return Lock.EXCLUSIVE;
        }
        return has(OpenFlags.SHLOCK) ? Lock.SHARED : Lock.NONE;
    }

    /// With an exclusive lock, if it writes.
    public OpenMode lockedForWriting() {
        return writes() ? new OpenMode(flags | OpenFlags.EXLOCK) : this;
    }

    /// As it is opened again after a swap: nothing is made or dropped.
    OpenMode again() {
        return new OpenMode(flags & ~(OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.TRUNC));
    }

    /// What keeps other programs away.
    enum Lock {
        NONE,
        SHARED,
        EXCLUSIVE
    }
}
