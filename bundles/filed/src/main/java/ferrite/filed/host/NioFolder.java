package ferrite.filed.host;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A folder by `java.nio` alone, for a host without openat2 or a runtime without native access.
///
/// It walks each path part by part and follows links itself. Who may rename directories of the root while we walk can
/// lead us out; [LinuxFolder] has no such gap. Its locks are the JDK's, so they also keep out other sticks of this
/// process, but a lock is lost when any channel of this process on the same file is closed.
final class NioFolder implements HostFolder {
    /// Links in one path, as in Linux.
    private static final int LINKS_MAX = 40;
    /// `NAME_MAX` and `PATH_MAX` of Linux, bytes of ASCII.
    private static final int PATH_CHARS_MAX = 4095;

    private final @Nullable Path root;

    /// @throws SchemeException ENOENT, ENOTDIR
    NioFolder(Optional<Path> root) {
        this.root = root.map(NioFolder::real).orElse(null);
    }

    private static Path real(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new SchemeException(Errno.ENOTDIR, "root folder " + folder);
            }
            return real;
        } catch (IOException failed) {
            throw Channels.failure("root folder " + folder, failed);
        }
    }

    @Override
    public HostFile open(String path, OpenMode mode) {
        if (root == null && PathParts.relative(path).equals(".")) {
            return new NoFolder(path);
        }
        Path file = walk(path, true);
        boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (there && mode.onlyNew()) {
            throw new SchemeException(Errno.EEXIST, path);
        }
        if (!there && !mode.creates()) {
            throw new SchemeException(Errno.ENOENT, path);
        }
        try {
            if (!there && mode.onlyDirectory()) {
                Files.createDirectory(file);
            }
            return opened(file, path, mode, !there && !mode.onlyDirectory());
        } catch (IOException failed) {
            throw Channels.failure(path, failed);
        }
    }

    /// Where a path leads; the last part need not be there.
    private Path walk(String path, boolean followLast) {
        Path at = rootFor(path);
        Deque<String> left = new ArrayDeque<>();
        push(left, PathParts.relative(path), path);
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.pop();
            boolean last = left.isEmpty();
            if (part.isEmpty() || part.equals(".")) {
                requireDirectory(at, path);
            } else if (part.equals("..")) {
                at = parent(at, path);
            } else {
                Path next = at.resolve(part);
                if (Files.isSymbolicLink(next) && (followLast || !last)) {
                    if (++links > LINKS_MAX) {
                        throw new SchemeException(Errno.ELOOP, path);
                    }
                    push(left, target(next, path), path);
                    continue;
                }
                if (!last && !Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                    requireDirectory(at, path);
                    throw new SchemeException(Errno.ENOENT, path);
                }
                requireDirectory(at, path);
                at = next;
            }
        }
        return at;
    }

    private Path rootFor(String path) {
        if (root == null) {
            throw new SchemeException(Errno.ENOENT, path);
        }
        if (path.length() > PATH_CHARS_MAX) {
            throw new SchemeException(Errno.ENAMETOOLONG, "path of " + path.length() + " characters");
        }
        return root;
    }

    /// A trailing slash makes an empty last part, which wants a directory before it.
    private static void push(Deque<String> left, String path, String whole) {
        if (!isPath(path)) {
            throw new SchemeException(Errno.EINVAL, whole);
        }
        List<String> parts = List.of(path.split("/", -1));
        parts.reversed().forEach(left::push);
    }

    /// Whether this host can have such a name at all.
    private static boolean isPath(String path) {
        try {
            return !Path.of(path).isAbsolute();
        } catch (InvalidPathException notAPath) {
            return false;
        }
    }

    private Path parent(Path at, String path) {
        requireDirectory(at, path);
        Path parent = at.getParent();
        if (at.equals(root) || parent == null) {
            throw new SchemeException(Errno.EACCES, path + " leads out of the root folder");
        }
        return parent;
    }

    private static String target(Path link, String path) {
        try {
            Path target = Files.readSymbolicLink(link);
            if (target.isAbsolute()) {
                throw new SchemeException(Errno.EACCES, path + " leads out of the root folder");
            }
            return target.toString();
        } catch (IOException failed) {
            throw Channels.failure(path, failed);
        }
    }

    private static void requireDirectory(Path at, String path) {
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            throw new SchemeException(Errno.ENOTDIR, path);
        }
    }

    @Override
    public HostFile openExport(String name, Path file, OpenMode mode) {
        try {
            return opened(file.toRealPath(), name, mode, false);
        } catch (IOException failed) {
            throw Channels.failure("export " + name + " (" + file + ")", failed);
        }
    }

    private static HostFile opened(Path file, String path, OpenMode mode, boolean make) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            if (mode.writes()) {
                throw new SchemeException(Errno.EISDIR, path);
            }
            if (mode.reads() && !Files.isReadable(file)) {
                throw new SchemeException(Errno.EACCES, path);
            }
            return new NioFile(path, file, null);
        }
        if (mode.onlyDirectory()) {
            throw new SchemeException(Errno.ENOTDIR, path);
        }
        if (make) {
            Files.createFile(file);
        }
        if (Files.isSymbolicLink(file)) {
            throw new SchemeException(Errno.ENOENT, path); // made meanwhile, or left over because nothing is behind it
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Errno errno = Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Errno.EACCES : Errno.ENOENT;
            throw new SchemeException(errno, path + " is neither a file nor a directory");
        }
        if (!mode.reads() && !mode.writes()) {
            return new NioFile(path, file, null);
        }
        FileChannel channel = Channels.open(file, mode, LinkOption.NOFOLLOW_LINKS);
        try {
            lock(channel, path, mode);
            if (mode.truncates()) {
                channel.truncate(0);
            }
            return new NioFile(path, file, channel);
        } catch (IOException | SchemeException failed) {
            Channels.close(channel);
            throw failed;
        }
    }

    private static void lock(FileChannel channel, String path, OpenMode mode) throws IOException {
        if (mode.lock() == OpenMode.Lock.NONE) {
            return;
        }
        FileLock lock;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, mode.lock() == OpenMode.Lock.SHARED);
        } catch (OverlappingFileLockException ours) {
            lock = null;
        }
        if (lock == null) {
            throw new SchemeException(
                    Errno.EADDRINUSE, path + " is in use by another program; close it there or use another file");
        }
    }

    @Override
    public HostFile adopt(HostFile.Saved saved, String name, Optional<Path> export, OpenMode mode) {
        OpenMode again = mode.again();
        return export.map(file -> openExport(name, file, again)).orElseGet(() -> open(name, again));
    }

    @Override
    public void remove(String path, boolean directory) {
        Path file = named(path);
        try {
            boolean isDirectory = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
            if (directory && !isDirectory && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new SchemeException(Errno.ENOTDIR, path);
            }
            if (!directory && isDirectory) {
                throw new SchemeException(Errno.EISDIR, path);
            }
            Files.delete(file);
        } catch (IOException failed) {
            throw Channels.failure(path, failed);
        }
    }

    @Override
    public void rename(String from, String to) {
        try {
            Files.move(named(from), named(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw Channels.failure(from, failed);
        }
    }

    private Path named(String path) {
        PathParts parts = PathParts.of(path);
        return walk(parts.folder() + '/' + parts.leaf(), false);
    }

    @Override
    public void close() {
        // A path needs no closing.
    }
}
