package ferrite.client.file;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/// One session, used by one thread at a time. Calls run on the calling thread: no hop to another one.
final class LockedSession {
    private final Session session;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    LockedSession(Session session) {
        this.session = session;
    }

    boolean isBusy() {
        return lock.isLocked();
    }

    BufferSlice acquire(long bytes, long alignment) {
        return session.pool().acquire(bytes, alignment);
    }

    CompletionQueueEntry call(SubmissionQueueEntry entry, String what) {
        return checked(locked(() -> session.kernel().call(entry)), what);
    }

    CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer, String what) {
        return checked(locked(() -> session.kernel().call(entry, buffer)), what);
    }

    /// An operation on a path, or on a file with a path as its argument.
    long callOnPath(SubmissionQueueEntry entry, String path, String what) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Operation.PATH_BYTES_MAX) {
            throw new SchemeException(Errno.ENAMETOOLONG, what + ": " + bytes.length + " bytes of path");
        }
        try (BufferSlice slice = acquire(Math.max(1, bytes.length), 1)) {
            BufferSlice exact = slice.slice(0, bytes.length);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, exact.segment(), 0, bytes.length);
            return call(entry, exact, what).status();
        }
    }

    long open(String path, long flags) {
        return callOnPath(SubmissionQueueEntry.of(Opcode.OPEN).withOffset(flags), path, "open " + path);
    }

    void closeFile(long fd) {
        call(SubmissionQueueEntry.of(Opcode.CLOSE).withFd(fd), "close " + fd);
    }

    Stat stat(long fd, String path) {
        try (BufferSlice slice = acquire(Stat.BYTES, 8)) {
            call(SubmissionQueueEntry.of(Opcode.FSTAT).withFd(fd), slice, "stat " + path);
            return Stat.decode(slice.segment(), 0);
        }
    }

    void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /// One call under the lock.
    private interface Call {
        CompletionQueueEntry run();
    }

    private CompletionQueueEntry locked(Call call) {
        lock.lock();
        try {
            if (closed) {
                throw new SchemeException(Errno.ESHUTDOWN, "the file system is closed");
            }
            return call.run();
        } finally {
            lock.unlock();
        }
    }

    private static CompletionQueueEntry checked(CompletionQueueEntry answer, String what) {
        answer.valueOrThrow(what);
        return answer;
    }
}
