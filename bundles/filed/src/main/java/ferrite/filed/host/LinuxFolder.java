package ferrite.filed.host;

import ferrite.filed.linux.Linux;
import ferrite.filed.linux.LinuxErrno;
import ferrite.filed.linux.LinuxStat;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A folder on Linux: the host itself keeps names inside (openat2, `RESOLVE_BENEATH`), also when somebody renames
/// directories meanwhile.
///
/// A file is first named (`O_PATH`), then looked at, and only then opened through `/proc/self/fd`: so it is what was
/// looked at, and a device or FIFO is never opened.
final class LinuxFolder implements HostFolder {
    private static final long INSIDE = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_MAGICLINKS;
    private static final int NONE = -1;
    private static final int NEW_FILE_MODE = 0644;
    private static final int NEW_DIRECTORY_MODE = 0755;
    /// How often we look again when somebody makes, removes or renames the file at the same time.
    private static final int RACES_MAX = 16;

    private final int root;
    private final boolean channels;

    private LinuxFolder(int root, boolean channels) {
        this.root = root;
        this.channels = channels;
    }

    /// Whether openat2 is there (Linux 5.6), allowed, and can be called, and `/proc` is mounted.
    static boolean isUsable() {
        if (Linux.refusal().isPresent()) {
            return false;
        }
        long here = Linux.openat2(Linux.AT_FDCWD, bytes("/proc/self/fd"), Linux.O_PATH, 0, 0);
        if (here >= 0) {
            Linux.close((int) here);
        }
        return here >= 0;
    }

    static LinuxFolder open(Optional<Path> root, boolean channels) {
        if (root.isEmpty()) {
            return new LinuxFolder(NONE, channels);
        }
        String path = root.get().toString();
        long fd = Linux.openat2(Linux.AT_FDCWD, bytes(path), Linux.O_PATH, 0, 0);
        LinuxErrno.require(fd, "root folder " + path);
        LinuxStat stat = new LinuxStat();
        if (Linux.statx((int) fd, stat) < 0 || !stat.isDirectory()) {
            Linux.close((int) fd);
            throw new SchemeException(Errno.ENOTDIR, "root folder " + path);
        }
        return new LinuxFolder((int) fd, channels);
    }

    @Override
    public HostFile open(String path, OpenMode mode) {
        String relative = PathParts.relative(path);
        if (root == NONE && relative.equals(".")) {
            return new NoFolder(path);
        }
        for (int race = 0; race < RACES_MAX; race++) {
            long found = name(relative);
            if (found >= 0) {
                if (mode.onlyNew()) {
                    Linux.close((int) found);
                    throw new SchemeException(Errno.EEXIST, path);
                }
                return opened((int) found, path, mode);
            }
            if (found != -LinuxErrno.ENOENT || !mode.creates() || root == NONE) {
                throw refused(found, path);
            }
            long made = mode.onlyDirectory() ? makeDirectory(path) : makeFile(relative);
            if (made < 0 && made != -LinuxErrno.EEXIST) {
                throw refused(made, path);
            }
            if (made >= 0 && !mode.onlyDirectory()) {
                return opened((int) made, path, mode);
            }
            if (made >= 0) {
                return open(path, new OpenMode(mode.again().flags()));
            }
        }
        // A link to a file that is not there: its name exists and nothing is behind it.
        throw new SchemeException(Errno.ENOENT, path);
    }

    /// A name, not yet a file.
    private long name(String relative) {
        if (root == NONE) {
            return -LinuxErrno.ENOENT;
        }
        byte[] bytes = bytes(relative);
        long found = Linux.openat2(root, bytes, Linux.O_PATH, 0, INSIDE);
        for (int race = 0; race < RACES_MAX && found == -LinuxErrno.EAGAIN; race++) {
            found = Linux.openat2(root, bytes, Linux.O_PATH, 0, INSIDE); // a rename beside a ".."
        }
        return found;
    }

    private long makeFile(String relative) {
        int flags = Linux.O_CREAT | Linux.O_EXCL | Linux.O_RDONLY;
        return Linux.openat2(root, bytes(relative), flags, NEW_FILE_MODE, INSIDE);
    }

    private long makeDirectory(String path) {
        PathParts parts = PathParts.of(path);
        long folder = name(parts.folder());
        if (folder < 0) {
            return folder;
        }
        try {
            return Linux.mkdirat((int) folder, bytes(parts.leaf()), NEW_DIRECTORY_MODE);
        } finally {
            Linux.close((int) folder);
        }
    }

    @Override
    public HostFile openExport(String name, Path file, OpenMode mode) {
        long found = Linux.openat2(Linux.AT_FDCWD, bytes(file.toString()), Linux.O_PATH, 0, 0);
        if (found < 0) {
            throw refused(found, "export " + name + " (" + file + ")");
        }
        return opened((int) found, name, mode);
    }

    /// @param named is closed, or becomes the file's own
    private HostFile opened(int named, String path, OpenMode mode) {
        boolean kept = false;
        try {
            LinuxStat stat = new LinuxStat();
            LinuxErrno.require(Linux.statx(named, stat), path);
            requireFitting(stat, path, mode);
            if (!mode.reads() && !mode.writes()) {
                kept = true;
                return new LinuxFile(path, stat.isDirectory(), named, null);
            }
            return stat.isDirectory()
                    ? new LinuxFile(path, true, (int) reopened(named, path, Linux.O_RDONLY), null)
                    : file(named, path, mode);
        } finally {
            if (!kept) {
                Linux.close(named);
            }
        }
    }

    private static void requireFitting(LinuxStat stat, String path, OpenMode mode) {
        if (stat.isDirectory()) {
            if (mode.writes()) {
                throw new SchemeException(Errno.EISDIR, path);
            }
        } else if (mode.onlyDirectory()) {
            throw new SchemeException(Errno.ENOTDIR, path);
        } else if (!stat.isRegular()) {
            throw new SchemeException(Errno.EACCES, path + " is neither a file nor a directory");
        }
    }

    private static long reopened(int named, String path, int flags) {
        return LinuxErrno.require(Linux.reopen(named, flags), path);
    }

    private HostFile file(int named, String path, OpenMode mode) {
        int access = mode.writes() ? mode.reads() ? Linux.O_RDWR : Linux.O_WRONLY : Linux.O_RDONLY;
        int fd = (int) reopened(named, path, access | (mode.appends() ? Linux.O_APPEND : 0));
        boolean done = false;
        try {
            lock(fd, path, mode);
            if (mode.truncates()) {
                LinuxErrno.require(Linux.ftruncate(fd, 0), "truncate " + path);
            }
            LinuxFile file = new LinuxFile(path, false, fd, channel(fd, path, mode));
            done = true;
            return file;
        } finally {
            if (!done) {
                Linux.close(fd);
            }
        }
    }

    private static void lock(int fd, String path, OpenMode mode) {
        if (mode.lock() == OpenMode.Lock.NONE) {
            return;
        }
        long result = Linux.lock(fd, mode.lock() == OpenMode.Lock.EXCLUSIVE);
        if (result == -LinuxErrno.EAGAIN || result == -LinuxErrno.EACCES) {
            throw new SchemeException(
                    Errno.EADDRINUSE, path + " is in use by another program; close it there or use another file");
        }
        LinuxErrno.require(result, "lock " + path);
    }

    private @Nullable FileChannel channel(int fd, String path, OpenMode mode) {
        if (!channels) {
            return null;
        }
        try {
            return Channels.open(Path.of("/proc/self/fd/" + fd), mode);
        } catch (IOException failed) {
            throw Channels.failure("open " + path, failed);
        }
    }

    @Override
    public HostFile adopt(HostFile.Saved saved, String name, Optional<Path> export, OpenMode mode) {
        if (root == NONE && export.isEmpty()) {
            return new NoFolder(name);
        }
        LinuxStat stat = new LinuxStat();
        boolean same = saved.fd() >= 0
                && Linux.statx(saved.fd(), stat) >= 0
                && stat.inode() == saved.inode()
                && stat.device() == saved.device();
        if (!same) {
            throw new SchemeException(Errno.EBADMSG, "descriptor " + saved.fd() + " is not of " + name);
        }
        boolean bytes = stat.isRegular() && (mode.reads() || mode.writes());
        return new LinuxFile(name, stat.isDirectory(), saved.fd(), bytes ? channel(saved.fd(), name, mode) : null);
    }

    @Override
    public void remove(String path, boolean directory) {
        inParent(path, (folder, leaf) -> Linux.unlinkat(folder, leaf, directory ? Linux.AT_REMOVEDIR : 0));
    }

    @Override
    public void rename(String from, String to) {
        inParent(from, (fromFolder, fromLeaf) -> {
            inParent(to, (toFolder, toLeaf) -> Linux.renameat(fromFolder, fromLeaf, toFolder, toLeaf));
            return 0;
        });
    }

    private interface OnName {
        long apply(int folder, byte[] leaf);
    }

    private void inParent(String path, OnName action) {
        PathParts parts = PathParts.of(path);
        long folder = name(parts.folder());
        if (folder < 0) {
            throw refused(folder, path);
        }
        try {
            LinuxErrno.require(action.apply((int) folder, bytes(parts.leaf())), path);
        } finally {
            Linux.close((int) folder);
        }
    }

    @Override
    public void close() {
        if (root != NONE) {
            Linux.close(root);
        }
    }

    private static SchemeException refused(long result, String path) {
        return new SchemeException(LinuxErrno.of(result), path);
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
