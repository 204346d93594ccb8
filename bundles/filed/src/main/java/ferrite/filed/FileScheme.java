package ferrite.filed;

import ferrite.filed.host.HostFile;
import ferrite.filed.host.HostFolder;
import ferrite.filed.host.HostIo;
import ferrite.filed.host.OpenMode;
import ferrite.filed.host.Transfer;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What clients see: the names below the root, and the exports beside the names in it, which they hide. Checks requests;
/// [HostIo] moves bytes, [HostWork] does what may block.
final class FileScheme implements AsyncScheme {
    private static final int READY = EventFlags.READ | EventFlags.WRITE;

    private final FiledSettings settings;
    private final HostFolder folder;
    private final HostIo io;
    private final HostWork work;
    private final OpenFiles files;

    FileScheme(FiledSettings settings, HostFolder folder, HostIo io, HostWork work, OpenFiles files) {
        this.settings = settings;
        this.folder = folder;
        this.io = io;
        this.work = work;
        this.files = files;
    }

    @Override
    public void handle(Request request) {
        int ring = request.ring();
        switch (Operation.of(request)) {
            case Operation.Read(long file, long offset, BufferSlice into) ->
                read(files.get(file, ring), offset, into, request);
            case Operation.Write(long file, long offset, BufferSlice from) ->
                write(files.get(file, ring), offset, from, request);
            case Operation.Fsync(long file) -> sync(files.get(file, ring), request);
            case Operation.Open(String path, long flags) -> open(path, OpenMode.of(flags), request);
            case Operation.Dup(long file, String argument) -> request.complete(dup(files.get(file, ring), argument));
            case Operation.Close(long file) -> {
                files.close(file, ring);
                request.complete(0);
            }
            case Operation.Fstat(long file, BufferSlice into) ->
                request.complete(stat(files.get(file, ring).file(), into));
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(copy(pathOf(files.get(file, ring)), 0, writable(into)));
            case Operation.Ftruncate(long file, long size) -> truncate(files.get(file, ring), size, request);
            case Operation.Fevent(long file, int events) -> {
                files.get(file, ring);
                request.complete(events & READY);
            }
            case Operation.Unlink(String path) -> change(path, request, () -> folder.remove(path, false), () -> {});
            case Operation.Rmdir(String path) -> change(path, request, () -> folder.remove(path, true), () -> {});
            case Operation.Frename(long file, String path) -> rename(files.get(file, ring), path, request);
            case Operation.RegisterEvents _ -> request.fail(Errno.EOPNOTSUPP);
            default -> request.fail(Errno.ENOSYS);
        }
    }

    /// What a thread of the runtime does cannot be called back; it is answered with its result.
    @Override
    public void cancel(Request request) {
        io.cancel(request.id());
    }

    @Override
    public void detached(int ring) {
        files.closeAll(ring);
    }

    private void open(String path, OpenMode mode, Request request) {
        files.requirePlace();
        Optional<Path> export = exportAt(path);
        if (export.isEmpty() && settings.readOnly() && mode.changes()) {
            throw new SchemeException(Errno.EROFS, path);
        }
        String name = relative(path);
        OpenMode used = export.isPresent() ? mode.lockedForWriting() : mode;
        Supplier<HostFile> opening = export.isPresent()
                ? () -> folder.openExport(name, export.get(), requireExisting(name, mode, used))
                : () -> folder.open(name, used);
        int ring = request.ring();
        work.begin(
                opening,
                file -> {
                    if (request.isLive()) {
                        request.complete(files.add(new OpenFile(file, used, export.isPresent(), ring)));
                    } else {
                        file.release();
                    }
                },
                failed -> fail(request, failed));
    }

    private static OpenMode requireExisting(String name, OpenMode asked, OpenMode used) {
        if (asked.onlyNew()) {
            throw new SchemeException(Errno.EEXIST, name);
        }
        return used;
    }

    /// The host file of an export, if the path names one.
    private Optional<Path> exportAt(String path) {
        return Optional.ofNullable(settings.exports().get(relative(path)));
    }

    private static String relative(String path) {
        int from = 0;
        while (from < path.length() && path.charAt(from) == '/') {
            from++;
        }
        return path.substring(from);
    }

    private static void fail(Request request, SchemeException failed) {
        if (request.isLive()) {
            request.fail(failed.errno());
        }
    }

    private long dup(OpenFile file, String argument) {
        if (!argument.isEmpty()) {
            throw new SchemeException(Errno.EINVAL, file.file().path() + " has no part \"" + argument + '"');
        }
        files.requirePlace();
        return files.add(file.duplicate());
    }

    private void read(OpenFile file, long offset, BufferSlice into, Request request) {
        if (!file.mode().reads()) {
            request.fail(Errno.EBADF);
        } else if (!into.access().canWrite()) {
            request.fail(Errno.EACCES);
        } else if (offset < 0 || offset > Long.MAX_VALUE - into.length()) {
            request.fail(Errno.EINVAL);
        } else if (file.file().isDirectory()) {
            list(file, offset, into, request);
        } else if (into.length() == 0) {
            request.complete(0);
        } else {
            io.begin(Transfer.ofBytes(request, Transfer.Kind.READ, file.file(), offset));
        }
    }

    private void list(OpenFile directory, long offset, BufferSlice into, Request request) {
        Optional<byte[]> known = directory.listing();
        if (offset > 0 && known.isPresent()) {
            request.complete(copy(known.get(), offset, into));
            return;
        }
        HostFile file = directory.file().retain();
        work.begin(
                file::names,
                names -> {
                    byte[] listing = directory.list(withExports(file, names));
                    file.release();
                    if (request.isLive()) {
                        request.complete(copy(listing, offset, request.buffer()));
                    }
                },
                failed -> {
                    file.release();
                    fail(request, failed);
                });
    }

    private List<String> withExports(HostFile directory, List<String> names) {
        List<String> all = new ArrayList<>(names);
        String path = directory.path();
        if (path.isEmpty() || path.equals(".")) {
            all.addAll(settings.exports().keySet());
        }
        return all;
    }

    private void write(OpenFile file, long offset, BufferSlice from, Request request) {
        boolean appends = file.mode().appends();
        if (!file.mode().writes()) {
            request.fail(Errno.EBADF);
        } else if (!from.access().canRead()) {
            request.fail(Errno.EACCES);
        } else if (offset < 0 && !appends) {
            request.fail(Errno.EINVAL);
        } else if (offset > Long.MAX_VALUE - from.length() && !appends) {
            request.fail(Errno.EFBIG);
        } else if (from.length() == 0) {
            request.complete(0);
        } else {
            Transfer.Kind kind = appends ? Transfer.Kind.APPEND : Transfer.Kind.WRITE;
            io.begin(Transfer.ofBytes(request, kind, file.file(), appends ? 0 : offset));
        }
    }

    /// Writes are acknowledged when the host has ended them, so those that the client knows of come before this sync.
    private void sync(OpenFile file, Request request) {
        if (!file.mode().reads() && !file.mode().writes()) {
            request.fail(Errno.EBADF);
        } else if (file.file().isDirectory()) {
            inBackground(file.file(), file.file()::sync, request);
        } else {
            io.begin(Transfer.ofSync(request, file.file()));
        }
    }

    private void truncate(OpenFile file, long size, Request request) {
        if (!file.mode().writes()) {
            request.fail(Errno.EBADF);
        } else if (size < 0) {
            request.fail(Errno.EINVAL);
        } else {
            HostFile open = file.file();
            inBackground(open, () -> open.truncate(size), request);
        }
    }

    private void inBackground(HostFile file, Runnable action, Request request) {
        file.retain();
        work.begin(
                () -> {
                    action.run();
                    return 0L;
                },
                done -> {
                    file.release();
                    if (request.isLive()) {
                        request.complete(done);
                    }
                },
                failed -> {
                    file.release();
                    fail(request, failed);
                });
    }

    /// @param then under the token, if it succeeded
    private void change(String path, Request request, Runnable action, Runnable then) {
        if (exportAt(path).isPresent()) {
            request.fail(Errno.EACCES);
        } else if (settings.readOnly()) {
            request.fail(Errno.EROFS);
        } else {
            work.begin(
                    () -> {
                        action.run();
                        return 0L;
                    },
                    done -> {
                        then.run();
                        if (request.isLive()) {
                            request.complete(done);
                        }
                    },
                    failed -> fail(request, failed));
        }
    }

    private void rename(OpenFile file, String to, Request request) {
        if (file.isExport()) {
            request.fail(Errno.EACCES);
            return;
        }
        HostFile open = file.file();
        String from = open.path();
        String name = relative(to);
        change(to, request, () -> folder.rename(from, name), () -> open.renamed(name));
    }

    private long stat(HostFile file, BufferSlice into) {
        if (into.length() < Stat.BYTES) {
            throw new SchemeException(Errno.EINVAL, "buffer " + into.length() + " < " + Stat.BYTES + " bytes");
        }
        boolean directory = file.isDirectory();
        Stat stat = new Stat(directory ? 0 : file.size(), 1, directory ? Stat.MODE_DIRECTORY : Stat.MODE_FILE);
        stat.encode(writable(into).segment(), 0);
        return Stat.BYTES;
    }

    private static BufferSlice writable(BufferSlice into) {
        if (!into.access().canWrite()) {
            throw new SchemeException(Errno.EACCES, "the buffer was lent for reading");
        }
        return into;
    }

    private static byte[] pathOf(OpenFile file) {
        return file.file().path().getBytes(StandardCharsets.UTF_8);
    }

    private static long copy(byte[] content, long offset, BufferSlice into) {
        if (offset >= content.length) {
            return 0;
        }
        int count = (int) Math.min(content.length - offset, into.length());
        MemorySegment.copy(content, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }
}
