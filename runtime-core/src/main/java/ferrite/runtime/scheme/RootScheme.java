package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.ServedScheme;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.Stat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The scheme without a name. `:` lists the schemes; `:NAME`, opened with CREAT, registers one and is its socket.
///
/// The requests themselves come by the socket's rings ([ferrite.spi.context.Context#serve]); the socket as a *file*
/// can be waited on: a read answers with one byte as soon as a request waits, 0 bytes once the scheme is withdrawn,
/// and until then stays pending here. It never blocks a thread.
final class RootScheme implements AsyncScheme {
    private record RootFile(byte[] listing, @Nullable ServedScheme socket, boolean nonBlocking) {}

    private final Router router;
    private final OpenFiles<RootFile> files = new OpenFiles<>();

    RootScheme(Router router) {
        this.router = router;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> request.complete(open(request, path, flags));
            case Operation.Read(long file, long offset, var into) -> read(request, files.get(file), offset, into);
            case Operation.RegisterEvents(long file, int events) -> watch(request, files.get(file), events);
            case Operation.Fstat(long file, var into) -> {
                RootFile root = files.get(file);
                int mode = root.socket == null ? Stat.MODE_DIRECTORY : Stat.MODE_CHARACTER;
                request.complete(Answers.stat(new Stat(root.listing.length, 1, mode), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file).map(RootFile::socket).ifPresent(ServedScheme::close);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED);
    }

    private long open(Request request, String name, long flags) {
        boolean nonBlocking = (flags & OpenFlags.NONBLOCK) != 0;
        if (name.isEmpty()) {
            byte[] listing = String.join("\n", router.names()).getBytes(StandardCharsets.UTF_8);
            return files.add(new RootFile(listing, null, nonBlocking));
        }
        if ((flags & OpenFlags.CREAT) == 0) {
            throw new SchemeException(Errno.ENOENT, "\":" + name + "\" is opened with CREAT, to serve it");
        }
        if (!(request instanceof KernelCall call)) {
            throw new SchemeException(Errno.EOPNOTSUPP, "a scheme is created by the kernel ring");
        }
        ServedScheme socket = call.context().serve(new SchemeName(name));
        return files.add(new RootFile(new byte[0], socket, nonBlocking));
    }

    private void read(Request request, RootFile file, long offset, BufferSlice into) {
        ServedScheme socket = file.socket;
        if (socket == null) {
            request.complete(Answers.bytes(file.listing, offset, into));
            return;
        }
        if (file.nonBlocking && !socket.hasWaiting() && !socket.isClosed()) {
            request.fail(Errno.EAGAIN);
            return;
        }
        socket.onArrival(waiting -> request.complete(waiting ? Answers.bytes(new byte[] {1}, 0, into) : 0));
    }

    private void watch(Request request, RootFile file, int events) {
        ServedScheme socket = file.socket;
        if (socket == null || (events & EventFlags.READ) == 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        socket.onArrival(_ -> request.complete(EventFlags.READ));
    }
}
