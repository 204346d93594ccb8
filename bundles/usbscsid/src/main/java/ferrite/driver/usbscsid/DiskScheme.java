package ferrite.driver.usbscsid;

import ferrite.driver.usbscsid.DiskRequest.Kind;
import ferrite.driver.usbscsid.OpenFiles.OpenFile;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// What clients see: `0`, the whole disk, and `info`. Checks requests; [DiskQueue] carries them out.
final class DiskScheme implements AsyncScheme {
    private static final String NAMES = "0\ninfo\n";

    private final DiskGeometry geometry;
    private final DiskQueue queue;
    private final OpenFiles files;

    DiskScheme(DiskGeometry geometry, DiskQueue queue, OpenFiles files) {
        this.geometry = geometry;
        this.queue = queue;
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
            case Operation.Open(String path, long flags) -> request.complete(open(path, flags, ring));
            case Operation.Dup(long file, String argument) -> request.complete(dup(files.get(file, ring), argument));
            case Operation.Close(long file) -> {
                files.close(file, ring);
                request.complete(0);
            }
            case Operation.Fstat(long file, BufferSlice into) -> request.complete(stat(files.get(file, ring), into));
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(copy(files.get(file, ring).node().path(), 0, into));
            case Operation.Ftruncate(long file, long _) -> {
                files.get(file, ring);
                request.fail(Errno.EINVAL);
            }
            case Operation.RegisterEvents _ -> request.fail(Errno.EOPNOTSUPP);
            case Operation.Private _, Operation.Other _ -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        queue.cancel(request);
    }

    @Override
    public void detached(int ring) {
        files.closeAll(ring);
    }

    private long open(String path, long flags, int ring) {
        DiskNode node = DiskNode.parse(path).orElseThrow(() -> new SchemeException(Errno.ENOENT, path));
        boolean writes = (flags & OpenFlags.WRONLY) != 0;
        if (node == DiskNode.ROOT && writes) {
            throw new SchemeException(Errno.EISDIR, "the root of a disk scheme");
        }
        if (node != DiskNode.ROOT && (flags & OpenFlags.DIRECTORY) != 0) {
            throw new SchemeException(Errno.ENOTDIR, path);
        }
        if (node == DiskNode.INFO && writes) {
            throw new SchemeException(Errno.EACCES, path + " is read only");
        }
        return files.open(new OpenFile(node, writes, ring));
    }

    private long dup(OpenFile file, String argument) {
        if (!argument.isEmpty()) {
            throw new SchemeException(Errno.EINVAL, file.node().path() + " has no part \"" + argument + '"');
        }
        return files.open(file);
    }

    private void read(OpenFile file, long offset, BufferSlice into, Request request) {
        if (offset < 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        switch (file.node()) {
            case ROOT -> request.complete(copy(NAMES, offset, into));
            case INFO -> request.complete(copy(geometry.text(), offset, into));
            case WHOLE -> readBlocks(offset, into, request);
        }
    }

    private void readBlocks(long offset, BufferSlice into, Request request) {
        if (!into.access().canWrite()) {
            request.fail(Errno.EACCES);
        } else if (isUnaligned(offset, into.length())) {
            request.fail(Errno.EINVAL);
        } else if (offset >= geometry.bytes() || into.length() == 0) {
            request.complete(0);
        } else {
            long length = Math.min(into.length(), geometry.bytes() - offset);
            queue.add(new DiskRequest(request, Kind.READ, offset, length));
        }
    }

    private void write(OpenFile file, long offset, BufferSlice from, Request request) {
        if (file.node() != DiskNode.WHOLE || !file.writable()) {
            request.fail(Errno.EBADF);
        } else if (geometry.readOnly()) {
            request.fail(Errno.EROFS);
        } else if (!from.access().canRead()) {
            request.fail(Errno.EACCES);
        } else if (offset < 0 || isUnaligned(offset, from.length())) {
            request.fail(Errno.EINVAL);
        } else if (from.length() == 0) {
            request.complete(0);
        } else if (offset >= geometry.bytes()) {
            request.fail(Errno.ENOSPC);
        } else {
            long length = Math.min(from.length(), geometry.bytes() - offset);
            queue.add(new DiskRequest(request, Kind.WRITE, offset, length));
        }
    }

    private boolean isUnaligned(long offset, long length) {
        long mask = geometry.blockBytes() - 1L;
        return ((offset | length) & mask) != 0;
    }

    private void sync(OpenFile file, Request request) {
        if (file.node() == DiskNode.WHOLE && !geometry.readOnly()) {
            queue.add(new DiskRequest(request, Kind.SYNC, 0, 0));
        } else {
            request.complete(0);
        }
    }

    private long stat(OpenFile file, BufferSlice into) {
        if (into.length() < Stat.BYTES) {
            throw new SchemeException(Errno.EINVAL, "buffer " + into.length() + " < " + Stat.BYTES + " bytes");
        }
        Stat stat = switch (file.node()) {
            case ROOT -> new Stat(0, 1, DiskNode.ROOT.mode());
            case WHOLE -> new Stat(geometry.bytes(), geometry.blockBytes(), DiskNode.WHOLE.mode());
            case INFO -> new Stat(bytes(geometry.text()).length, 1, DiskNode.INFO.mode());
        };
        stat.encode(into.segment(), 0);
        return Stat.BYTES;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long copy(String text, long offset, BufferSlice into) {
        byte[] content = bytes(text);
        if (offset >= content.length) {
            return 0;
        }
        int count = (int) Math.min(content.length - offset, into.length());
        MemorySegment.copy(content, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }
}
