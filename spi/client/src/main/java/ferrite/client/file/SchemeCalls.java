package ferrite.client.file;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;

/// Everything that is asked about paths rather than about the bytes of files.
final class SchemeCalls {
    /// Most bytes of the names of one directory.
    static final int NAME_BYTES_MAX = 16 << 20;

    private static final int CHUNK_BYTES = 16_384;

    private final FerriteFileSystem fileSystem;

    SchemeCalls(FerriteFileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    SchemeAttributes attributes(FerritePath path) throws IOException {
        String real = path.toAbsolutePath().normalize().toString();
        return onFile(path, OpenFlags.STAT, (session, fd) -> new SchemeAttributes(real, session.stat(fd, real)));
    }

    StatVfs space(FerritePath path) throws IOException {
        return onFile(path, OpenFlags.STAT, (session, fd) -> {
            try (BufferSlice slice = session.acquire(StatVfs.BYTES, 8)) {
                session.call(on(Opcode.FSTATVFS, fd), slice, "space of " + path);
                return StatVfs.decode(slice.segment(), 0);
            } catch (SchemeException unsupported) {
                if (!isMissing(unsupported)) {
                    throw unsupported;
                }
                Stat stat = session.stat(fd, path.toString());
                return new StatVfs(stat.blockSize(), stat.size() / Math.max(1, stat.blockSize()), 0);
            }
        });
    }

    /// The names in a directory; those that are no names are left out.
    List<String> names(FerritePath directory) throws IOException {
        if (!attributes(directory).isDirectory()) {
            throw new NotDirectoryException(directory.toString());
        }
        String text = onFile(directory, OpenFlags.RDONLY | OpenFlags.DIRECTORY, (session, fd) -> {
            try (BufferSlice slice = session.acquire(CHUNK_BYTES, 8)) {
                try {
                    return read(session, slice, Opcode.GETDENTS, fd, directory);
                } catch (SchemeException unsupported) {
                    if (!isMissing(unsupported)) {
                        throw unsupported;
                    }
                    // A directory can also be read, one name a line.
                    return read(session, slice, Opcode.PREAD, fd, directory);
                }
            }
        });
        List<String> names = new ArrayList<>();
        for (String name : text.split("\n", -1)) {
            if (!name.isEmpty()
                    && !name.equals(".")
                    && !name.equals("..")
                    && name.indexOf('/') < 0
                    && name.indexOf(0) < 0) {
                names.add(name);
            }
        }
        return names;
    }

    private static String read(
            LockedSession session, BufferSlice slice, Opcode opcode, long fd, FerritePath directory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long cursor = 0;
        while (bytes.size() <= NAME_BYTES_MAX) {
            CompletionQueueEntry answer = session.call(on(opcode, fd).withOffset(cursor), slice, "list " + directory);
            if (answer.status() == 0) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
            if (answer.status() > slice.length()) {
                throw new SchemeException(
                        Errno.EBADMSG, directory + ": " + answer.status() + " of " + slice.length() + " bytes");
            }
            bytes.writeBytes(slice.segment().asSlice(0, answer.status()).toArray(ValueLayout.JAVA_BYTE));
            cursor = opcode == Opcode.GETDENTS ? answer.extra() : cursor + answer.status();
        }
        throw new SchemeException(Errno.EFBIG, directory + " has more than " + NAME_BYTES_MAX + " bytes of names");
    }

    void createDirectory(FerritePath path) throws IOException {
        fileSystem.requireWritable();
        requireInScheme(path, "schemes are made by who serves them");
        LockedSession session = fileSystem.session(path);
        try {
            long flags = OpenFlags.RDONLY | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.DIRECTORY;
            session.closeFile(session.open(path.schemePath(), flags));
        } catch (SchemeException failed) {
            throw Failures.ofOptional(path.toString(), failed);
        }
    }

    void delete(FerritePath path) throws IOException {
        fileSystem.requireWritable();
        requireInScheme(path, "schemes are withdrawn by who serves them");
        Opcode opcode = attributes(path).isDirectory() ? Opcode.RMDIR : Opcode.UNLINK;
        LockedSession session = fileSystem.session(path);
        try {
            session.callOnPath(SubmissionQueueEntry.of(opcode), path.schemePath(), "remove " + path);
        } catch (SchemeException failed) {
            throw Failures.ofOptional(path.toString(), failed);
        }
    }

    /// Renames within one scheme.
    void rename(FerritePath from, FerritePath to) throws IOException {
        fileSystem.requireWritable();
        requireInScheme(from, "schemes have their names from who serves them");
        LockedSession session = fileSystem.session(from);
        try {
            long fd = session.open(from.schemePath(), OpenFlags.STAT);
            try {
                session.callOnPath(on(Opcode.FRENAME, fd), to.schemePath(), "rename " + from + " to " + to);
            } finally {
                session.closeFile(fd);
            }
        } catch (SchemeException failed) {
            throw Failures.ofOptional(from.toString(), failed);
        }
    }

    /// Opens a file with these flags and closes it.
    void tryOpen(FerritePath path, long flags) throws IOException {
        onFile(path, flags, (_, _) -> true);
    }

    /// What is done with a file that is open for one moment.
    private interface OnFile<T> {
        T run(LockedSession session, long fd);
    }

    private <T> T onFile(FerritePath path, long flags, OnFile<T> action) throws IOException {
        LockedSession session = fileSystem.session(path);
        try {
            long fd = session.open(path.schemePath(), flags);
            try {
                return action.run(session, fd);
            } finally {
                session.closeFile(fd);
            }
        } catch (SchemeException failed) {
            throw Failures.of(path.toString(), failed);
        }
    }

    private static void requireInScheme(FerritePath path, String why) throws IOException {
        if (path.isSchemeOrRoot()) {
            throw new FileSystemException(path.toString(), null, why);
        }
    }

    private static SubmissionQueueEntry on(Opcode opcode, long fd) {
        return SubmissionQueueEntry.of(opcode).withFd(fd);
    }

    private static boolean isMissing(SchemeException failed) {
        return failed.errno() == Errno.ENOSYS || failed.errno() == Errno.EOPNOTSUPP;
    }
}
