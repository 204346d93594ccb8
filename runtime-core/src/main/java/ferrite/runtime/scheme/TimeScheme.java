package ferrite.runtime.scheme;

import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// `time:1` is the time of day, `time:4` monotonic time. A read gives a time specification, a write asks for a READ
/// event at one.
///
/// | offset | bytes | field       |
/// |-------:|------:|-------------|
/// |      0 |     8 | seconds     |
/// |      8 |     4 | nanoseconds |
/// |     12 |     4 | 0           |
final class TimeScheme implements AsyncScheme {
    private static final int BYTES = 16;
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private enum Clock {
        REALTIME,
        MONOTONIC
    }

    /// An open clock and who waits for its alarms.
    private record Alarm(Clock clock, CopyOnWriteArrayList<Request> watchers) {}

    private final Scheduler scheduler;
    private final OpenFiles<Alarm> files = new OpenFiles<>();

    TimeScheme(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) ->
                request.complete(files.add(new Alarm(clock(path), new CopyOnWriteArrayList<>())));
            case Operation.Read(long file, long _, BufferSlice into) ->
                request.complete(Answers.bytes(specification(files.get(file).clock), 0, into));
            case Operation.Write(long file, long _, BufferSlice from) -> arm(request, files.get(file), from);
            case Operation.RegisterEvents(long file, int _) ->
                files.get(file).watchers.add(request);
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(BYTES, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(alarm -> alarm.watchers.forEach(r -> r.fail(Errno.ECANCELED)));
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED); // the list drops it at its next alarm
    }

    private void arm(Request request, Alarm alarm, BufferSlice from) {
        if (from.length() != BYTES) {
            request.fail(Errno.EINVAL);
            return;
        }
        MemorySegment bytes = from.segment();
        long seconds = bytes.get(U64, 0);
        int nanos = bytes.get(U32, 8);
        if (seconds < 0 || nanos < 0 || nanos >= NANOS_PER_SECOND || seconds > Long.MAX_VALUE / NANOS_PER_SECOND - 1) {
            request.fail(Errno.EINVAL);
            return;
        }
        long wait = seconds * NANOS_PER_SECOND + nanos - now(alarm.clock);
        scheduler.at(System.nanoTime() + Math.max(0, wait), () -> ring(alarm));
        request.complete(BYTES);
    }

    private static void ring(Alarm alarm) {
        for (Request watcher : alarm.watchers) {
            if (!watcher.isLive()) {
                alarm.watchers.remove(watcher);
            } else if ((watcher.flags() & SqeFlags.SUBSCRIBE) != 0) {
                watcher.post(EventFlags.READ, 0);
            } else {
                alarm.watchers.remove(watcher);
                watcher.complete(EventFlags.READ);
            }
        }
    }

    private static Clock clock(String path) {
        return switch (path) {
            case "1" -> Clock.REALTIME;
            case "4" -> Clock.MONOTONIC;
            default -> throw new SchemeException(Errno.ENOENT, "time:" + path + "; there are time:1 and time:4");
        };
    }

    private static long now(Clock clock) {
        if (clock == Clock.MONOTONIC) {
            return System.nanoTime();
        }
        Instant instant = Instant.now();
        return instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
    }

    private static byte[] specification(Clock clock) {
        long now = now(clock);
        byte[] bytes = new byte[BYTES];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        segment.set(U64, 0, Math.floorDiv(now, NANOS_PER_SECOND));
        segment.set(U32, 8, Math.floorMod(now, (int) NANOS_PER_SECOND));
        return bytes;
    }
}
