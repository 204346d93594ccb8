package ferrite.device.usbstick;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The raw host file behind one stick: opened and locked while the stick lives, all access positioned.
///
/// The lock is exclusive (shared if read only) and keeps other processes and other sticks of this process away. Bytes go
/// straight between the file and the given memory. Used under the stick's run token; any thread may be the one that
/// holds it, so an interrupt of that thread must not close the file for good: it is reopened and the access repeated.
final class ImageFile {
    private final Path path;
    private final boolean readOnly;
    private final int blockBytes;
    private @Nullable FileChannel channel;
    private long bytes;

    ImageFile(StickSettings settings) {
        this.path = settings.image();
        this.readOnly = settings.readOnly();
        this.blockBytes = settings.blockBytes();
    }

    /// Opens and locks the file.
    ///
    /// @throws SchemeException ENOENT, EISDIR, EACCES, EINVAL (empty, not whole blocks), EBUSY (in use), EIO
    void open() {
        if (Files.isDirectory(path)) {
            throw bad(Errno.EISDIR, "is a directory; name a file with the bytes of a disk");
        }
        FileChannel opened = openChannel();
        try {
            bytes = checkedSize(opened);
            lock(opened);
        } catch (IOException | SchemeException failure) {
            closeQuietly(opened);
            if (failure instanceof SchemeException named) {
                throw named;
            }
            throw bad(Errno.EIO, "cannot be used: " + failure.getMessage());
        }
        channel = opened;
    }

    private FileChannel openChannel() {
        try {
            return readOnly
                    ? FileChannel.open(path, StandardOpenOption.READ)
                    : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException missing) {
            throw bad(Errno.ENOENT, "does not exist; create it, for example with: truncate -s 64M " + path);
        } catch (IOException denied) {
            if (!readOnly && Files.isReadable(path)) {
                throw bad(Errno.EACCES, "is not writable; change its mode, or set read_only = true");
            }
            throw bad(Errno.EACCES, "is not readable; change its mode or owner");
        }
    }

    private long checkedSize(FileChannel opened) throws IOException {
        long size = opened.size();
        if (size == 0) {
            throw bad(Errno.EINVAL, "is empty; give it a size, for example with: truncate -s 64M " + path);
        }
        if (size % blockBytes != 0) {
            long whole = (size / blockBytes + 1) * blockBytes;
            throw bad(
                    Errno.EINVAL,
                    "has " + size + " bytes, which is not a multiple of the block size " + blockBytes
                            + "; fill it up, for example with: truncate -s " + whole + ' ' + path);
        }
        return size;
    }

    private void lock(FileChannel opened) throws IOException {
        FileLock lock;
        try {
            lock = opened.tryLock(0, Long.MAX_VALUE, readOnly);
        } catch (OverlappingFileLockException ours) {
            throw bad(Errno.EBUSY, "is in use by another device of this process; give each stick its own image");
        }
        if (lock == null) {
            throw bad(Errno.EBUSY, "is in use by another process; stop that one, or give this stick its own image");
        }
    }

    private SchemeException bad(Errno errno, String problem) {
        return new SchemeException(errno, "image " + path + ' ' + problem);
    }

    /// Whether the file is open and locked.
    boolean isOpen() {
        return channel != null;
    }

    /// Size at the time of opening, bytes.
    long bytes() {
        return bytes;
    }

    /// Fills `into` from a position.
    ///
    /// @throws IOException if the host cannot read, or the file ends inside
    void read(MemorySegment into, long position) throws IOException {
        move(into.asByteBuffer(), position, Direction.FROM_FILE);
    }

    /// Writes all of `from` at a position.
    ///
    /// @throws IOException if the host cannot write
    void write(MemorySegment from, long position) throws IOException {
        move(from.asByteBuffer(), position, Direction.TO_FILE);
    }

    private enum Direction {
        FROM_FILE,
        TO_FILE
    }

    private void move(ByteBuffer buffer, long position, Direction direction) throws IOException {
        boolean interrupted = false;
        try {
            while (buffer.hasRemaining()) {
                long at = position + buffer.position();
                try {
                    int moved = direction == Direction.FROM_FILE ? file().read(buffer, at) : file().write(buffer, at);
                    if (moved < 0) {
                        throw new EOFException("image " + path + " ends at " + at + " of " + bytes + " bytes");
                    }
                } catch (ClosedByInterruptException _) {
                    interrupted = Thread.interrupted() || interrupted;
                    reopen();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Makes everything written durable.
    ///
    /// @throws IOException if the host cannot
    void force() throws IOException {
        if (readOnly) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    file().force(true);
                    return;
                } catch (ClosedByInterruptException _) {
                    interrupted = Thread.interrupted() || interrupted;
                    reopen();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FileChannel file() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            throw new IOException("image " + path + " is not open");
        }
        return open;
    }

    /// An interrupt of the running thread has closed the channel under us.
    private void reopen() throws IOException {
        long before = bytes;
        channel = null;
        try {
            open();
        } catch (SchemeException gone) {
            throw new IOException(gone.getMessage(), gone);
        }
        if (bytes != before) {
            close();
            throw new IOException("image " + path + " changed from " + before + " to " + bytes + " bytes");
        }
    }

    /// Closes the file and gives up its lock. Does nothing if it is not open.
    void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            closeQuietly(open);
        }
    }

    private static void closeQuietly(FileChannel open) {
        try {
            open.close();
        } catch (IOException _) {
            // Nothing was buffered on our side: what was not forced may be lost either way.
        }
    }
}
