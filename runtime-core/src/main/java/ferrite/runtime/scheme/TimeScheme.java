package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// `time:1` is the time of day, `time:4` monotonic time. A read gives a [TimeSpecification], a write asks for a READ
/// event at one; closing the file takes its alarms back.
final class TimeScheme implements AsyncScheme {
    /// Alarms that one open file may have set and that have not rung.
    private static final int ALARMS_MAX = 1_024;

    /// An open clock, its alarms, and who waits for them.
    private static final class TimeFile {
        final Clock clock;
        final Watchers watchers = new Watchers();

        /// Alarms that are set.
        final Set<Alarm> alarms = ConcurrentHashMap.newKeySet();

        TimeFile(Clock clock) {
            this.clock = clock;
        }
    }

    private static final class Ring extends Alarm {
        private final TimeFile file;

        Ring(long nanoTime, TimeFile file) {
            super(nanoTime);
            this.file = file;
        }

        @Override
        void ring() {
            file.alarms.remove(this);
            file.watchers.tell(EventFlags.READ, 0);
        }
    }

    private final Alarms alarms;
    private final OpenFiles<TimeFile> files = new OpenFiles<>();

    TimeScheme(Alarms alarms) {
        this.alarms = alarms;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) ->
                request.complete(files.add(new TimeFile(Clock.of("time", path))));
            case Operation.Read(long file, long _, BufferSlice into) ->
                request.complete(Answers.bytes(
                        TimeSpecification.encode(files.get(file).clock.now()), 0, into));
            case Operation.Write(long file, long _, BufferSlice from) -> arm(request, files.get(file), from);
            case Operation.RegisterEvents(long file, int _) ->
                files.get(file).watchers.add(request, 0, 0);
            case Operation.Fevent(long file, int _) -> {
                files.get(file);
                request.complete(0); // an alarm is a moment, not a state
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(TimeSpecification.BYTES, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file).ifPresent(TimeScheme::close);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        files.find(request.file()).ifPresent(file -> file.watchers.cancel(request));
    }

    private static void close(TimeFile file) {
        file.alarms.forEach(Alarm::claim);
        file.alarms.clear();
        file.watchers.close();
    }

    private void arm(Request request, TimeFile file, BufferSlice from) {
        if (from.length() != TimeSpecification.BYTES) {
            request.fail(Errno.EINVAL);
            return;
        }
        long wait = TimeSpecification.decode(from.segment(), 0) - file.clock.now();
        if (file.alarms.size() >= ALARMS_MAX) {
            request.fail(Errno.ENOSPC);
            return;
        }
        Ring alarm = new Ring(System.nanoTime() + Math.max(0, wait), file);
        file.alarms.add(alarm);
        alarms.add(alarm);
        request.complete(TimeSpecification.BYTES);
    }
}
