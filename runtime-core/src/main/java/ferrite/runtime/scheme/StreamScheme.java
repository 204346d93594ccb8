package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;

/// A scheme with one file without size or place, that answers every read and write at once. Any thread.
abstract class StreamScheme implements AsyncScheme {
    private static final int READY = EventFlags.READ | EventFlags.WRITE;

    private final String name;
    private final OpenFiles<Watchers> files = new OpenFiles<>();

    StreamScheme(String name) {
        this.name = name;
    }

    /// @return bytes read
    abstract long read(BufferSlice into);

    /// @return bytes written
    long write(BufferSlice from) {
        return from.length();
    }

    @Override
    public final void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> {
                if (!path.isEmpty()) {
                    throw new SchemeException(Errno.ENOENT, name + ":" + path + "; open " + name + ":");
                }
                request.complete(files.add(new Watchers()));
            }
            case Operation.Read(long file, long _, BufferSlice into) -> {
                files.get(file);
                request.complete(read(into));
            }
            case Operation.Write(long file, long _, BufferSlice from) -> {
                files.get(file);
                request.complete(write(from));
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Fsync(long file) -> {
                files.get(file);
                request.complete(0);
            }
            case Operation.RegisterEvents(long file, int _) -> files.get(file).add(request, READY, 0);
            case Operation.Fevent(long file, int events) -> {
                files.get(file);
                request.complete(READY & events);
            }
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(Watchers::close);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public final void cancel(Request request) {
        files.find(request.file()).ifPresent(watchers -> watchers.cancel(request));
    }
}
