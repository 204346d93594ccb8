package ferrite.runtime.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The folder that a running machine writes into. Only one at a time: it holds a lock until it is closed, and the
/// operating system gives the lock back if the program dies.
final class DataFolder implements AutoCloseable {
    /// Size of the disk image that is made if the user names none, bytes.
    private static final long DISK_BYTES = 64L << 20;

    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /// Makes the folder if need be and takes the lock.
    ///
    /// @throws BootException if another program has it, or it cannot be written
    static DataFolder lock(Path path) {
        Path file = path.resolve("lock");
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                String owner = owner(channel);
                channel.close();
                throw new BootException("data folder " + path + " is in use by process " + owner
                        + "; stop that one, or choose another folder with --data DIR");
            }
            channel.truncate(0);
            channel.write(bytes(Long.toString(ProcessHandle.current().pid())));
            return new DataFolder(path, channel);
        } catch (IOException e) {
            throw new BootException(
                    "data folder " + path + " cannot be written (" + e + "); choose another with --data DIR", e);
        }
    }

    Path path() {
        return path;
    }

    /// Felix's own cache.
    Path felix() {
        return path.resolve("felix-cache");
    }

    /// Copies of plug-in jars.
    Path plugins() {
        return path.resolve("plugins");
    }

    /// The disk image for who names none: zeros, made when it is first needed.
    Path disk() {
        Path disk = path.resolve("disk.img");
        if (!Files.exists(disk)) {
            try (FileChannel channel =
                    FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), DISK_BYTES - 1);
            } catch (IOException e) {
                throw new BootException("disk image " + disk + " cannot be made (" + e + ")", e);
            }
        }
        return disk;
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            // The lock goes with the process.
            return;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProgram) {
            return false;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String owner = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        return owner.isBlank() ? "?" : owner.strip();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
