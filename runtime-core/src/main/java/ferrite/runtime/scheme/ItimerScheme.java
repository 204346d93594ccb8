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
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// `itimer:1` and `itimer:4`: each open file is an interval timer, as a `timerfd` of Linux.
///
/// A write sets it: one [TimeSpecification] is the interval, and the first expiry is one interval from now; two are the
/// interval and the time to the first expiry, and then an interval of 0 means once. 0 stops it. A read of at least 8
/// bytes gives how often it expired since the last read, and waits until that is not 0 (EAGAIN with NONBLOCK). An
/// expiry is a READ event; those that come faster than every 50 µs share one. Both clocks count intervals alike.
final class ItimerScheme implements AsyncScheme {
    /// Shortest interval.
    static final long INTERVAL_NANOS_MIN = TimeUnit.MICROSECONDS.toNanos(1);

    /// Expiries that are closer than this are told together.
    private static final long RING_NANOS_MIN = TimeUnit.MICROSECONDS.toNanos(50);

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Alarms alarms;
    private final OpenFiles<Timer> files = new OpenFiles<>();

    ItimerScheme(Alarms alarms) {
        this.alarms = alarms;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> {
                Clock.of("itimer", path);
                request.complete(files.add(new Timer((flags & OpenFlags.NONBLOCK) != 0)));
            }
            case Operation.Write(long file, long _, BufferSlice from) -> {
                files.get(file).set(from);
                request.complete(from.length());
            }
            case Operation.Read(long file, long _, BufferSlice into) -> {
                Timer timer = files.get(file);
                if (into.length() < Long.BYTES) {
                    request.fail(Errno.EINVAL);
                } else {
                    timer.read(request);
                }
            }
            case Operation.RegisterEvents(long file, int _) -> {
                Timer timer = files.get(file);
                timer.watchers.add(request, timer.ready(), 0);
            }
            case Operation.Fevent(long file, int events) ->
                request.complete(files.get(file).ready() & events);
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(Long.BYTES, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(Timer::close);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        files.find(request.file()).ifPresent(timer -> timer.cancel(request));
    }

    /// One timer. All fields under the lock; answers are given outside it.
    private final class Timer {
        final Watchers watchers = new Watchers();
        private final boolean nonBlocking;
        private final ReentrantLock lock = new ReentrantLock();
        private final ArrayDeque<Request> readers = new ArrayDeque<>();
        private @Nullable Alarm next;
        private long interval;
        private long expired;

        /// The first expiry that is not counted yet.
        private long uncounted;

        Timer(boolean nonBlocking) {
            this.nonBlocking = nonBlocking;
        }

        void set(BufferSlice from) {
            if (from.length() != TimeSpecification.BYTES && from.length() != 2L * TimeSpecification.BYTES) {
                throw new SchemeException(Errno.EINVAL, "a timer is set by 16 or 32 bytes, not " + from.length());
            }
            long every = TimeSpecification.decode(from.segment(), 0);
            long first = from.length() == TimeSpecification.BYTES
                    ? every
                    : TimeSpecification.decode(from.segment(), TimeSpecification.BYTES);
            if (every > 0 && every < INTERVAL_NANOS_MIN) {
                throw new SchemeException(Errno.EINVAL, "interval of " + every + " ns < " + INTERVAL_NANOS_MIN);
            }
            lock.lock();
            try {
                stop();
                interval = every;
                expired = 0;
                if (first > 0) {
                    uncounted = System.nanoTime() + first;
                    arm(uncounted);
                }
            } finally {
                lock.unlock();
            }
        }

        void read(Request request) {
            long count;
            lock.lock();
            try {
                count = expired;
                expired = 0;
                if (count == 0 && !nonBlocking) {
                    readers.addLast(request);
                    return;
                }
            } finally {
                lock.unlock();
            }
            answer(request, count);
        }

        int ready() {
            lock.lock();
            try {
                return expired > 0 ? EventFlags.READ : 0;
            } finally {
                lock.unlock();
            }
        }

        void cancel(Request request) {
            if (watchers.cancel(request)) {
                return;
            }
            boolean ours;
            lock.lock();
            try {
                ours = readers.remove(request);
            } finally {
                lock.unlock();
            }
            if (ours) {
                request.fail(Errno.ECANCELED);
            }
        }

        void close() {
            List<Request> waiting;
            lock.lock();
            try {
                stop();
                waiting = List.copyOf(readers);
                readers.clear();
            } finally {
                lock.unlock();
            }
            waiting.forEach(request -> request.fail(Errno.ECANCELED));
            watchers.close();
        }

        private void stop() {
            if (next != null) {
                next.claim();
                next = null;
            }
        }

        private void arm(long at) {
            next = new Expiry(at, this);
            alarms.add(next);
        }

        private void expire(Alarm alarm) {
            Request reader;
            long count;
            lock.lock();
            try {
                if (!alarm.equals(next)) {
                    return; // it was set anew in the same moment
                }
                next = null;
                if (interval == 0) {
                    expired++;
                } else {
                    count(System.nanoTime());
                }
                reader = readers.pollFirst();
                count = expired;
                if (reader != null) {
                    expired = 0;
                }
            } finally {
                lock.unlock();
            }
            if (reader != null) {
                answer(reader, count);
            } else {
                watchers.tell(EventFlags.READ, count);
            }
        }

        /// Counts what has expired until now, and rings for the next that is not too close.
        private void count(long now) {
            long periods = Math.max(0, now - uncounted) / interval + 1;
            expired += periods;
            uncounted += periods * interval;
            long step = (RING_NANOS_MIN + interval - 1) / interval - 1;
            arm(uncounted + step * interval);
        }

        private void answer(Request request, long count) {
            if (count == 0) {
                request.fail(Errno.EAGAIN);
            } else {
                request.buffer().segment().set(U64, 0, count);
                request.complete(Long.BYTES);
            }
        }
    }

    private static final class Expiry extends Alarm {
        private final Timer timer;

        Expiry(long nanoTime, Timer timer) {
            super(nanoTime);
            this.timer = timer;
        }

        @Override
        void ring() {
            timer.expire(this);
        }
    }
}
