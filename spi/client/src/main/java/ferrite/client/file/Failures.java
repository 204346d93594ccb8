package ferrite.client.file;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Errors of a scheme as what `java.nio.file` throws.
final class Failures {
    private Failures() {}

    static IOException of(String path, SchemeException cause) {
        IOException failure = switch (cause.errno()) {
            case ENOENT, ENODEV, ENXIO -> new NoSuchFileException(path, null, meaning(cause));
            case EACCES, EPERM -> new AccessDeniedException(path, null, meaning(cause));
            case EEXIST -> new FileAlreadyExistsException(path);
            case ENOTDIR -> new NotDirectoryException(path);
            case ENOTEMPTY -> new DirectoryNotEmptyException(path);
            case ELOOP -> new FileSystemLoopException(path);
            case EINTR -> new InterruptedIOException(path + ": the thread was interrupted");
            default -> new FileSystemException(path, null, meaning(cause));
        };
        failure.initCause(cause);
        return failure;
    }

    /// For an operation that a scheme may not have at all.
    ///
    /// @throws UnsupportedOperationException if that is what it says
    static IOException ofOptional(String path, SchemeException cause) {
        if (cause.errno() == Errno.ENOSYS || cause.errno() == Errno.EOPNOTSUPP) {
            throw new UnsupportedOperationException(path + ": its scheme cannot do this", cause);
        }
        return of(path, cause);
    }

    private static String meaning(SchemeException cause) {
        return cause.errno().name() + " (" + cause.errno().meaning() + ")";
    }
}
