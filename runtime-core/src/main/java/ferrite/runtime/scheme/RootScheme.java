package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.ServedScheme;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The scheme without a name. `:` lists the schemes of the caller's namespace; `:NAME`, opened with CREAT, registers
/// one
/// and is its socket; removing `:NAME` withdraws it. See [Namespaces] for who may.
///
/// The requests themselves come by the socket's rings ([ferrite.spi.context.Context#serve]); the socket as a *file*
/// can be waited on: a read answers with one byte as soon as a request waits, 0 bytes once the scheme is withdrawn,
/// and until then stays pending here. It never blocks a thread.
final class RootScheme implements AsyncScheme {
    private sealed interface RootFile {}

    private record Listing(byte[] text) implements RootFile {}

    /// A socket and the requests that wait for it to have something.
    private static final class Socket implements RootFile {
        final ServedScheme scheme;
        final boolean nonBlocking;
        final ReentrantLock lock = new ReentrantLock();
        final Set<Request> waiting = new LinkedHashSet<>();

        /// Whether the scheme tells us of the next arrival.
        boolean listening;

        Socket(ServedScheme scheme, boolean nonBlocking) {
            this.scheme = scheme;
            this.nonBlocking = nonBlocking;
        }
    }

    private final Router router;
    private final Namespaces namespaces;
    private final OpenFiles<RootFile> files = new OpenFiles<>();

    RootScheme(Router router) {
        this.router = router;
        namespaces = router.namespaces();
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> request.complete(open(caller(request), path, flags));
            case Operation.Read(long file, long offset, var into) -> read(request, files.get(file), offset, into);
            case Operation.RegisterEvents(long file, int events) -> watch(request, files.get(file), events);
            case Operation.Fevent(long file, int events) -> request.complete(ready(files.get(file)) & events);
            case Operation.Unlink(String path) -> request.complete(withdraw(caller(request), path));
            case Operation.Fstat(long file, var into) -> request.complete(Answers.stat(stat(files.get(file)), into));
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(RootScheme::close);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        if (files.find(request.file()).orElse(null) instanceof Socket socket) {
            boolean ours;
            socket.lock.lock();
            try {
                ours = socket.waiting.remove(request);
            } finally {
                socket.lock.unlock();
            }
            if (ours) {
                request.fail(Errno.ECANCELED);
            }
        }
    }

    private long open(KernelContext context, String name, long flags) {
        if (name.isEmpty()) {
            String names = String.join("\n", namespaces.names(context));
            return files.add(new Listing(names.getBytes(StandardCharsets.UTF_8)));
        }
        if ((flags & OpenFlags.CREAT) == 0) {
            throw new SchemeException(Errno.ENOENT, "\":" + name + "\" is opened with CREAT, to serve it");
        }
        namespaces.requireMayRegister(context);
        ServedScheme socket = context.serve(new SchemeName(name));
        return files.add(new Socket(socket, (flags & OpenFlags.NONBLOCK) != 0));
    }

    private long withdraw(KernelContext context, String name) {
        if (!namespaces.names(context).contains(name)) {
            throw new SchemeException(Errno.ENOENT, "no scheme " + name + ": is served");
        }
        ServedScheme socket = router.socket(name)
                .filter(each -> each.context() == context)
                .orElseThrow(() ->
                        new SchemeException(Errno.EACCES, "scheme " + name + ": is not served by " + context.label()));
        socket.close();
        return 0;
    }

    private void read(Request request, RootFile file, long offset, BufferSlice into) {
        switch (file) {
            case Listing(byte[] text) -> request.complete(Answers.bytes(text, offset, into));
            case Socket socket -> {
                if (socket.nonBlocking && !socket.scheme.hasWaiting() && !socket.scheme.isClosed()) {
                    request.fail(Errno.EAGAIN);
                } else {
                    await(request, socket);
                }
            }
        }
    }

    private void watch(Request request, RootFile file, int events) {
        if (file instanceof Socket socket && (events & EventFlags.READ) != 0) {
            await(request, socket);
        } else {
            request.fail(Errno.EINVAL);
        }
    }

    private static void await(Request request, Socket socket) {
        boolean listen;
        socket.lock.lock();
        try {
            socket.waiting.add(request);
            listen = !socket.listening;
            socket.listening = true;
        } finally {
            socket.lock.unlock();
        }
        if (listen) {
            socket.scheme.onArrival(waits -> answer(socket, waits));
        }
    }

    /// @param waits whether a request waits; otherwise none ever will
    private static void answer(Socket socket, boolean waits) {
        List<Request> told = new ArrayList<>();
        boolean listen;
        socket.lock.lock();
        try {
            for (Request request : socket.waiting) {
                if (waits && (request.flags() & SqeFlags.SUBSCRIBE) != 0) {
                    request.post(EventFlags.READ, 0);
                } else {
                    told.add(request);
                }
            }
            socket.waiting.removeAll(told);
            listen = !socket.waiting.isEmpty();
            socket.listening = listen;
        } finally {
            socket.lock.unlock();
        }
        if (listen) {
            socket.scheme.onNextArrival(more -> answer(socket, more));
        }
        for (Request request : told) {
            boolean reads = request.opcode() != Opcode.REGISTER_EVENTS.code();
            if (!reads) {
                request.complete(EventFlags.READ);
            } else {
                request.complete(waits ? Answers.bytes(new byte[] {1}, 0, request.buffer()) : 0);
            }
        }
    }

    private static int ready(RootFile file) {
        return switch (file) {
            case Listing _ -> EventFlags.READ;
            case Socket socket -> socket.scheme.hasWaiting() || socket.scheme.isClosed() ? EventFlags.READ : 0;
        };
    }

    private static Stat stat(RootFile file) {
        return switch (file) {
            case Listing(byte[] text) -> new Stat(text.length, 1, Stat.MODE_DIRECTORY);
            case Socket _ -> new Stat(0, 1, Stat.MODE_CHARACTER);
        };
    }

    private static void close(RootFile file) {
        if (file instanceof Socket socket) {
            socket.scheme.close();
        }
    }

    private static KernelContext caller(Request request) {
        if (request instanceof KernelCall call) {
            return call.context();
        }
        throw new SchemeException(Errno.EOPNOTSUPP, "the root scheme is asked by the kernel ring");
    }
}
