package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// `pipe:`: opening it makes a new pipe and gives its reading end; `Dup` of that with the argument `write` gives a
/// writing end. A read waits for bytes, or is answered 0 once every writing end is closed (EAGAIN with NONBLOCK); a
/// write takes what fits in [#CAPACITY_BYTES] and waits while nothing does (EAGAIN with NONBLOCK); EPIPE once the
/// reading end is closed. Bytes and the end are a READ event at the reading end, room and the loss of the reader a
/// WRITE
/// event at the writing ends.
final class PipeScheme implements AsyncScheme {
    /// Bytes that a pipe holds.
    static final int CAPACITY_BYTES = 65_536;

    /// One pipe. All fields under the lock; answers are given outside it.
    private static final class Pipe {
        final ReentrantLock lock = new ReentrantLock();
        final byte[] bytes = new byte[CAPACITY_BYTES];
        final ArrayDeque<Request> readers = new ArrayDeque<>();
        final ArrayDeque<Request> writers = new ArrayDeque<>();
        int first;
        int count;
        int writeEnds;
        boolean hadWriter;
        boolean readClosed;

        /// What was ready when somebody last looked: what is ready since then is told.
        int ready = EventFlags.WRITE;

        final Watchers reading = new Watchers();
        final Watchers writing = new Watchers();

        /// What is ready at one of the ends. Under the lock.
        int ready() {
            boolean readable = count > 0 || hadWriter && writeEnds == 0;
            boolean writable = count < CAPACITY_BYTES || readClosed;
            return (readable ? EventFlags.READ : 0) | (writable ? EventFlags.WRITE : 0);
        }

        long take(BufferSlice into) {
            int moved = (int) Math.min(into.length(), count);
            MemorySegment target = into.segment();
            MemorySegment source = MemorySegment.ofArray(bytes);
            int head = Math.min(moved, CAPACITY_BYTES - first);
            MemorySegment.copy(source, first, target, 0, head);
            MemorySegment.copy(source, 0, target, head, moved - head);
            first = (first + moved) % CAPACITY_BYTES;
            count -= moved;
            return moved;
        }

        long put(BufferSlice from) {
            int moved = (int) Math.min(from.length(), CAPACITY_BYTES - count);
            MemorySegment source = from.segment();
            MemorySegment target = MemorySegment.ofArray(bytes);
            int last = (first + count) % CAPACITY_BYTES;
            int head = Math.min(moved, CAPACITY_BYTES - last);
            MemorySegment.copy(source, 0, target, last, head);
            MemorySegment.copy(source, head, target, 0, moved - head);
            count += moved;
            return moved;
        }
    }

    private enum End {
        READ,
        WRITE
    }

    private record PipeFile(Pipe pipe, End end, boolean nonBlocking) {}

    private record Answer(Request request, long status) {}

    private final OpenFiles<PipeFile> files = new OpenFiles<>();

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> {
                if (!path.isEmpty()) {
                    throw new SchemeException(Errno.ENOENT, "pipe:" + path + "; open pipe:");
                }
                request.complete(files.add(new PipeFile(new Pipe(), End.READ, (flags & OpenFlags.NONBLOCK) != 0)));
            }
            case Operation.Dup(long file, String argument) -> request.complete(dup(files.get(file), argument));
            case Operation.Read(long file, long _, BufferSlice _) -> transfer(request, files.get(file), End.READ);
            case Operation.Write(long file, long _, BufferSlice _) -> transfer(request, files.get(file), End.WRITE);
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_PIPE), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(this::closeEnd);
                request.complete(0);
            }
            case Operation.RegisterEvents(long file, int events) -> watch(request, files.get(file), events);
            case Operation.Fevent(long file, int events) -> request.complete(ready(files.get(file)) & events);
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // It may be answered with bytes at the same moment: whoever takes it out of the queue answers it.
        PipeFile file = files.find(request.file()).orElse(null);
        if (file == null || watchers(file).cancel(request)) {
            return;
        }
        Pipe pipe = file.pipe;
        boolean ours;
        pipe.lock.lock();
        try {
            ours = pipe.readers.remove(request) || pipe.writers.remove(request);
        } finally {
            pipe.lock.unlock();
        }
        if (ours) {
            request.fail(Errno.ECANCELED);
        }
    }

    private long dup(PipeFile file, String argument) {
        if (!argument.equals("write") || file.end != End.READ) {
            throw new SchemeException(Errno.EINVAL, "a reading end is duplicated with the argument \"write\"");
        }
        file.pipe.lock.lock();
        try {
            file.pipe.writeEnds++;
            file.pipe.hadWriter = true;
        } finally {
            file.pipe.lock.unlock();
        }
        return files.add(new PipeFile(file.pipe, End.WRITE, file.nonBlocking));
    }

    private static void watch(Request request, PipeFile file, int events) {
        if ((events & (file.end == End.READ ? EventFlags.READ : EventFlags.WRITE)) == 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        // Not under the pipe's lock: an event that comes between may be told twice, but is not lost.
        watchers(file).add(request, 0, 0);
        int ready = ready(file);
        if (ready != 0) {
            watchers(file).tell(ready, 0);
        }
    }

    private static int ready(PipeFile file) {
        file.pipe.lock.lock();
        try {
            return file.pipe.ready() & (file.end == End.READ ? EventFlags.READ : EventFlags.WRITE);
        } finally {
            file.pipe.lock.unlock();
        }
    }

    private static Watchers watchers(PipeFile file) {
        return file.end == End.READ ? file.pipe.reading : file.pipe.writing;
    }

    /// What has become ready since the last look. Under the lock.
    private static int news(Pipe pipe) {
        int before = pipe.ready;
        pipe.ready = pipe.ready();
        return pipe.ready & ~before;
    }

    private static void tell(Pipe pipe, int news) {
        if ((news & EventFlags.READ) != 0) {
            pipe.reading.tell(EventFlags.READ, 0);
        }
        if ((news & EventFlags.WRITE) != 0) {
            pipe.writing.tell(EventFlags.WRITE, 0);
        }
    }

    private static void transfer(Request request, PipeFile file, End end) {
        if (file.end != end) {
            request.fail(Errno.EBADF);
            return;
        }
        List<Answer> answers = new ArrayList<>();
        int news;
        Pipe pipe = file.pipe;
        pipe.lock.lock();
        try {
            ArrayDeque<Request> queue = end == End.READ ? pipe.readers : pipe.writers;
            queue.addLast(request);
            settle(pipe, answers);
            if (file.nonBlocking && queue.remove(request)) {
                answers.add(new Answer(request, Errno.EAGAIN.status()));
            }
            news = news(pipe);
        } finally {
            pipe.lock.unlock();
        }
        answers.forEach(answer -> answer.request.complete(answer.status));
        tell(pipe, news);
    }

    private void closeEnd(PipeFile file) {
        List<Answer> answers = new ArrayList<>();
        int news;
        Pipe pipe = file.pipe;
        pipe.lock.lock();
        try {
            if (file.end == End.READ) {
                pipe.readClosed = true;
            } else {
                pipe.writeEnds--;
            }
            settle(pipe, answers);
            news = news(pipe);
        } finally {
            pipe.lock.unlock();
        }
        answers.forEach(answer -> answer.request.complete(answer.status));
        if (file.end == End.READ) {
            pipe.reading.close();
        }
        tell(pipe, news);
    }

    /// Moves bytes as long as somebody waits who can be served. Under the lock.
    private static void settle(Pipe pipe, List<Answer> answers) {
        boolean moved = true;
        while (moved) {
            moved = false;
            Request writer = pipe.writers.peekFirst();
            if (writer != null && (pipe.readClosed || pipe.count < CAPACITY_BYTES || writer.length() == 0)) {
                pipe.writers.removeFirst();
                long status = pipe.readClosed ? Errno.EPIPE.status() : pipe.put(writer.buffer());
                answers.add(new Answer(writer, status));
                moved = true;
            }
            Request reader = pipe.readers.peekFirst();
            boolean atEnd = pipe.hadWriter && pipe.writeEnds == 0;
            if (reader != null && (pipe.count > 0 || atEnd || reader.length() == 0)) {
                pipe.readers.removeFirst();
                answers.add(new Answer(reader, pipe.take(reader.buffer())));
                moved = true;
            }
        }
    }
}
