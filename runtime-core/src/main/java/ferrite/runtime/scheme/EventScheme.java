package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// `event:`: opening it makes a queue. A write of a record `{descriptor, flags, data}` watches that descriptor of the
/// caller, or stops watching it if flags are 0; a read gives as many records as fit and waits while there is none
/// (EAGAIN
/// with NONBLOCK). A queue can itself be watched.
///
/// | offset | bytes | field                                     |
/// |-------:|------:|-------------------------------------------|
/// |      0 |     8 | descriptor                                |
/// |      8 |     8 | flags ([ferrite.spi.scheme.EventFlags])   |
/// |     16 |     8 | data, chosen by the caller                |
final class EventScheme implements AsyncScheme {
    private static final int RECORD_BYTES = 24;

    /// Most events that wait; later ones are dropped until some are read (the files still tell their state).
    private static final int EVENTS_MAX = 4096;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private record Event(long descriptor, long flags, long data) {}

    /// One queue. All fields under the lock; answers are given outside it.
    private static final class EventQueue {
        final ReentrantLock lock = new ReentrantLock();
        final ArrayDeque<Event> events = new ArrayDeque<>();
        final ArrayDeque<Request> readers = new ArrayDeque<>();
        final Map<Long, KernelCall> watches = new HashMap<>();
        final Watchers watchers = new Watchers();
        final boolean nonBlocking;

        EventQueue(boolean nonBlocking) {
            this.nonBlocking = nonBlocking;
        }
    }

    private record Answer(Request request, long status) {}

    private final OpenFiles<EventQueue> queues = new OpenFiles<>();

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> {
                if (!path.isEmpty()) {
                    throw new SchemeException(Errno.ENOENT, "event:" + path + "; open event:");
                }
                request.complete(queues.add(new EventQueue((flags & OpenFlags.NONBLOCK) != 0)));
            }
            case Operation.Write(long file, long _, BufferSlice from) -> register(request, queues.get(file), from);
            case Operation.Read(long file, long _, BufferSlice into) -> read(request, queues.get(file), into);
            case Operation.Fstat(long file, BufferSlice into) -> {
                queues.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                queues.remove(file).ifPresent(EventScheme::closeQueue);
                request.complete(0);
            }
            case Operation.RegisterEvents(long file, int _) -> {
                EventQueue queue = queues.get(file);
                queue.watchers.add(request, ready(queue), 0);
            }
            case Operation.Fevent(long file, int events) -> request.complete(ready(queues.get(file)) & events);
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        EventQueue queue = queues.find(request.file()).orElse(null);
        if (queue == null || queue.watchers.cancel(request)) {
            return;
        }
        boolean ours;
        queue.lock.lock();
        try {
            ours = queue.readers.remove(request);
        } finally {
            queue.lock.unlock();
        }
        if (ours) {
            request.fail(Errno.ECANCELED);
        }
    }

    private static void register(Request request, EventQueue queue, BufferSlice from) {
        if (from.length() != RECORD_BYTES || !(request instanceof KernelCall call)) {
            request.fail(Errno.EINVAL);
            return;
        }
        MemorySegment bytes = from.segment();
        long descriptor = bytes.get(U64, 0);
        long flags = bytes.get(U64, 8);
        long data = bytes.get(U64, 16);
        KernelContext context = call.context();
        FileDescription file = context.files()
                .get(descriptor)
                .orElseThrow(() -> new SchemeException(Errno.EBADF, "descriptor " + descriptor));
        if (file.target() instanceof KernelTarget(String _, EventScheme _)) {
            throw new SchemeException(Errno.ELOOP, "an event queue watches no event queue");
        }
        KernelCall watch = flags == 0 ? null : watch(context, file, queue, new Event(descriptor, flags, data));
        KernelCall previous;
        queue.lock.lock();
        try {
            previous = watch == null ? queue.watches.remove(descriptor) : queue.watches.put(descriptor, watch);
        } finally {
            queue.lock.unlock();
        }
        if (previous != null) {
            previous.cancel();
        }
        if (watch != null) {
            watch.begin();
        }
        request.complete(RECORD_BYTES);
    }

    private static KernelCall watch(KernelContext context, FileDescription file, EventQueue queue, Event wanted) {
        SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                .withFlags(SqeFlags.SUBSCRIBE)
                .withSyscallFlags((int) wanted.flags);
        return KernelCall.watch(
                context,
                file,
                entry,
                happened -> push(queue, new Event(wanted.descriptor, happened & wanted.flags, wanted.data)));
    }

    private static void push(EventQueue queue, Event event) {
        List<Answer> answers = new ArrayList<>();
        boolean becameReady;
        queue.lock.lock();
        try {
            boolean wasEmpty = queue.events.isEmpty();
            if (queue.events.size() < EVENTS_MAX) {
                queue.events.addLast(event);
            }
            settle(queue, answers);
            becameReady = wasEmpty && !queue.events.isEmpty();
        } finally {
            queue.lock.unlock();
        }
        answers.forEach(answer -> answer.request.complete(answer.status));
        if (becameReady) {
            queue.watchers.tell(EventFlags.READ, 0);
        }
    }

    private static int ready(EventQueue queue) {
        queue.lock.lock();
        try {
            return queue.events.isEmpty() ? 0 : EventFlags.READ;
        } finally {
            queue.lock.unlock();
        }
    }

    private static void read(Request request, EventQueue queue, BufferSlice into) {
        if (into.length() < RECORD_BYTES) {
            request.fail(Errno.EINVAL);
            return;
        }
        List<Answer> answers = new ArrayList<>();
        queue.lock.lock();
        try {
            queue.readers.addLast(request);
            settle(queue, answers);
            if (queue.nonBlocking && queue.readers.remove(request)) {
                answers.add(new Answer(request, Errno.EAGAIN.status()));
            }
        } finally {
            queue.lock.unlock();
        }
        answers.forEach(answer -> answer.request.complete(answer.status));
    }

    private static void settle(EventQueue queue, List<Answer> answers) {
        while (!queue.readers.isEmpty() && !queue.events.isEmpty()) {
            Request reader = queue.readers.removeFirst();
            BufferSlice into = reader.buffer();
            MemorySegment bytes = into.segment();
            long at = 0;
            while (at + RECORD_BYTES <= into.length() && !queue.events.isEmpty()) {
                Event event = queue.events.removeFirst();
                bytes.set(U64, at, event.descriptor);
                bytes.set(U64, at + 8, event.flags);
                bytes.set(U64, at + 16, event.data);
                at += RECORD_BYTES;
            }
            answers.add(new Answer(reader, at));
        }
    }

    private static void closeQueue(EventQueue queue) {
        List<KernelCall> watches;
        List<Request> readers;
        queue.lock.lock();
        try {
            watches = List.copyOf(queue.watches.values());
            readers = List.copyOf(queue.readers);
            queue.watches.clear();
            queue.readers.clear();
        } finally {
            queue.lock.unlock();
        }
        watches.forEach(KernelCall::cancel);
        readers.forEach(reader -> reader.fail(Errno.ECANCELED));
        queue.watchers.close();
    }
}
