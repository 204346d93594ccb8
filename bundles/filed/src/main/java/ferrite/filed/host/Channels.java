package ferrite.filed.host;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What `java.nio` says, in our words.
final class Channels {
    private static final System.Logger LOG = System.getLogger(Channels.class.getName());

    private Channels() {}

    /// A channel with the rights of a mode. It does not append: that cannot be had together with reading.
    static FileChannel open(Path path, OpenMode mode, OpenOption... more) throws IOException {
        Set<OpenOption> options = new HashSet<>(Set.of(more));
        if (mode.reads()) {
            options.add(StandardOpenOption.READ);
        }
        if (mode.writes()) {
            options.add(StandardOpenOption.WRITE);
        }
        return FileChannel.open(path, options);
    }

    static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException failed) {
            LOG.log(Level.DEBUG, "closing a host file: {0}", failed.toString());
        }
    }

    /// The error behind an exception. The JDK keeps the host's number only in the text of `strerror`.
    static Errno errno(Exception failed) {
        return switch (failed) {
            case NoSuchFileException _ -> Errno.ENOENT;
            case FileAlreadyExistsException _ -> Errno.EEXIST;
            case AccessDeniedException _ -> Errno.EACCES;
            case NotDirectoryException _ -> Errno.ENOTDIR;
            case DirectoryNotEmptyException _ -> Errno.ENOTEMPTY;
            case NonReadableChannelException _, NonWritableChannelException _ -> Errno.EBADF;
            case FileSystemException named ->
                ofText(Optional.ofNullable(named.getReason()).orElse(""));
            default -> ofText(Optional.ofNullable(failed.getMessage()).orElse(""));
        };
    }

    static SchemeException failure(String what, Exception failed) {
        return new SchemeException(errno(failed), what);
    }

    private static Errno ofText(String text) {
        if (text.startsWith("No space left") || text.startsWith("Disk quota")) {
            return Errno.ENOSPC;
        }
        if (text.startsWith("File too large")) {
            return Errno.EFBIG;
        }
        if (text.startsWith("Invalid argument")) {
            return Errno.EINVAL;
        }
        if (text.startsWith("Read-only file system")) {
            return Errno.EROFS;
        }
        if (text.startsWith("File name too long")) {
            return Errno.ENAMETOOLONG;
        }
        if (text.startsWith("Not a directory")) {
            return Errno.ENOTDIR;
        }
        if (text.startsWith("Is a directory")) {
            return Errno.EISDIR;
        }
        return text.startsWith("Too many levels") ? Errno.ELOOP : Errno.EIO;
    }
}
