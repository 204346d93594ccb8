package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// `debug:`, the console: whole lines that are written go out; a read gives the bytes that were typed, and waits for
/// some
/// (EAGAIN with NONBLOCK). All readers share what is typed. EPERM outside of namespace 1. Any thread.
final class DebugScheme implements AsyncScheme {
    /// Bytes that wait to be read; more are refused.
    static final int INPUT_BYTES_MAX = 4_096;

    /// A line that gets longer goes out in parts of so many bytes.
    private static final int LINE_BYTES_MAX = 4_096;

    /// An open file and the line that it has begun.
    private static final class Console {
        final boolean nonBlocking;
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        final Watchers watchers = new Watchers();

        Console(boolean nonBlocking) {
            this.nonBlocking = nonBlocking;
        }
    }

    private record Reader(Request request, long bytes) {}

    private final Consumer<String> output;
    private final OpenFiles<Console> files = new OpenFiles<>();

    /// Guards the input, its readers, and the lines. Answers are given outside it.
    private final ReentrantLock lock = new ReentrantLock();

    private final ArrayDeque<Byte> input = new ArrayDeque<>();
    private final ArrayDeque<Request> readers = new ArrayDeque<>();

    /// @param output takes lines without their end; any thread
    DebugScheme(Consumer<String> output) {
        this.output = output;
    }

    /// Somebody has typed.
    ///
    /// @return how many of the bytes were taken
    int type(byte[] bytes) {
        List<Reader> told = new ArrayList<>();
        int taken;
        lock.lock();
        try {
            taken = Math.min(bytes.length, INPUT_BYTES_MAX - input.size());
            for (int i = 0; i < taken; i++) {
                input.addLast(bytes[i]);
            }
            while (!input.isEmpty() && !readers.isEmpty()) {
                Request reader = readers.removeFirst();
                told.add(new Reader(reader, take(reader.buffer())));
            }
        } finally {
            lock.unlock();
        }
        told.forEach(reader -> reader.request.complete(reader.bytes));
        if (ready() != 0) {
            files.forEach(console -> console.watchers.tell(EventFlags.READ, 0));
        }
        return taken;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> request.complete(open(request, path, flags));
            case Operation.Write(long file, long _, BufferSlice from) -> {
                write(files.get(file), from.segment());
                request.complete(from.length());
            }
            case Operation.Read(long file, long _, BufferSlice into) -> read(request, files.get(file), into);
            case Operation.RegisterEvents(long file, int _) ->
                files.get(file).watchers.add(request, ready() | EventFlags.WRITE, 0);
            case Operation.Fevent(long file, int events) -> {
                files.get(file);
                request.complete((ready() | EventFlags.WRITE) & events);
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(this::close);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        boolean ours;
        lock.lock();
        try {
            ours = readers.remove(request);
        } finally {
            lock.unlock();
        }
        if (ours) {
            request.fail(Errno.ECANCELED);
        } else {
            files.find(request.file()).ifPresent(console -> console.watchers.cancel(request));
        }
    }

    private long open(Request request, String path, long flags) {
        if (!path.isEmpty()) {
            throw new SchemeException(Errno.ENOENT, "debug:" + path + "; open debug:");
        }
        if (!(request instanceof KernelCall call) || call.context().namespace() != Namespaces.ALL) {
            throw new SchemeException(Errno.EPERM, "debug: is for contexts in namespace 1");
        }
        return files.add(new Console((flags & OpenFlags.NONBLOCK) != 0));
    }

    private void write(Console console, MemorySegment bytes) {
        List<String> lines = new ArrayList<>();
        lock.lock();
        try {
            for (long at = 0; at < bytes.byteSize(); at++) {
                byte next = bytes.get(ValueLayout.JAVA_BYTE, at);
                if (next != '\n') {
                    console.line.write(next);
                }
                if (next == '\n' || console.line.size() == LINE_BYTES_MAX) {
                    lines.add(console.line.toString(StandardCharsets.UTF_8));
                    console.line.reset();
                }
            }
        } finally {
            lock.unlock();
        }
        lines.forEach(output);
    }

    private void read(Request request, Console console, BufferSlice into) {
        long taken;
        lock.lock();
        try {
            if (input.isEmpty() && into.length() > 0 && !console.nonBlocking) {
                readers.addLast(request);
                return;
            }
            taken = input.isEmpty() && into.length() > 0 ? Errno.EAGAIN.status() : take(into);
        } finally {
            lock.unlock();
        }
        request.complete(taken);
    }

    private long take(BufferSlice into) {
        MemorySegment bytes = into.segment();
        long at = 0;
        while (at < into.length() && !input.isEmpty()) {
            bytes.set(ValueLayout.JAVA_BYTE, at, input.removeFirst());
            at++;
        }
        return at;
    }

    private int ready() {
        lock.lock();
        try {
            return input.isEmpty() ? 0 : EventFlags.READ;
        } finally {
            lock.unlock();
        }
    }

    private void close(Console console) {
        if (console.line.size() > 0) {
            output.accept(console.line.toString(StandardCharsets.UTF_8));
        }
        console.watchers.close();
    }
}
