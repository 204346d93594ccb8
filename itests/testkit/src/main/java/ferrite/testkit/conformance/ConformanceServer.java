package ferrite.testkit.conformance;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Serves `conformance:`, a scheme with one file for each behaviour that a ring is tried with. It keeps what does not fit
/// and tries again at a later poll, as a scheme should.
///
/// | path   | file | a read                      | a sync | a watch                  |
/// |--------|-----:|-----------------------------|--------|--------------------------|
/// | `now`  |    1 | fills the buffer with 0x5A  | 0      | –                        |
/// | `stay` |    2 | stays until it is cancelled | EIO    | –                        |
/// | `fail` |    3 | EIO                         | EIO    | –                        |
/// | `fire` |    4 | –                           | EIO    | one event for each write |
public final class ConformanceServer implements Plugin, AsyncScheme {
    /// The served name.
    public static final SchemeName NAME = new SchemeName("conformance");

    /// Private: moves the position of a descriptor of the server's own, `additional1`, to `offset`; status = it.
    private static final int SEEK_DESCRIPTOR = 200;

    private static final long NOW = 1;
    private static final long STAY = 2;
    private static final long FAIL = 3;
    private static final long FIRE = 4;
    private static final byte FILL = 0x5A;

    private final Context context;
    private final List<Request> kept = new ArrayList<>();
    private final List<Request> watching = new ArrayList<>();

    /// Events that found no place, in order.
    private final Deque<Long> waiting = new ArrayDeque<>();

    private long fired;
    private Optional<SchemeSocket> socket = Optional.empty();

    /// @param context in which it runs
    public ConformanceServer(Context context) {
        this.context = context;
    }

    /// An entry for a file of this scheme.
    ///
    /// @param fd descriptor, or the file's own number on a ring directly to the scheme
    static SubmissionQueueEntry read(long fd) {
        return SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd);
    }

    /// Ends at once without a buffer.
    static SubmissionQueueEntry note(long fd) {
        return SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd);
    }

    /// Moves the position of a descriptor that the server was sent.
    static SubmissionQueueEntry seek(long descriptor, long position) {
        return SubmissionQueueEntry.of(SEEK_DESCRIPTOR).withOffset(position).withAdditional(descriptor, 0);
    }

    static SubmissionQueueEntry watch(long fd) {
        return SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                .withFd(fd)
                .withFlags(SqeFlags.SUBSCRIBE)
                .withSyscallFlags(EventFlags.READ);
    }

    @Override
    public void start() {
        socket = Optional.of(context.serve(NAME));
    }

    @Override
    public int poll(int budget) {
        int found = socket.map(open -> open.poll(budget, this)).orElse(0);
        return found + postWaiting();
    }

    @Override
    public boolean isQuiet() {
        return kept.isEmpty();
    }

    @Override
    public PluginState save() {
        return new PluginState(1, new byte[0]);
    }

    @Override
    public void restore(PluginState state) {
        start();
    }

    @Override
    public void stop() {
        kept.clear();
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> request.complete(open(path));
            case Operation.Read(long file, long _, BufferSlice into) -> read(request, file, into);
            case Operation.Write(long file, long _, BufferSlice from) -> {
                long length = from.length();
                if (file == FIRE) {
                    fired++;
                    waiting.addLast(fired);
                    postWaiting();
                }
                request.complete(length);
            }
            case Operation.RegisterEvents(long file, int _) -> {
                if (file == FIRE) {
                    watching.add(request);
                } else {
                    request.fail(Errno.EOPNOTSUPP);
                }
            }
            case Operation.Fsync(long file) -> request.complete(file == NOW ? 0 : Errno.EIO.status());
            case Operation.Close(long _) -> request.complete(0);
            case Operation.Private(int opcode)
            when opcode == SEEK_DESCRIPTOR ->
                request.complete(context.kernel()
                        .call(SubmissionQueueEntry.of(Opcode.SEEK)
                                .withFd(request.additional1())
                                .withOffset(request.offset()))
                        .status());
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        kept.removeIf(each -> each.id() == request.id());
        watching.removeIf(each -> each.id() == request.id());
        request.fail(Errno.ECANCELED);
    }

    @Override
    public void detached(int ring) {
        // Files have no state.
    }

    private static long open(String path) {
        return switch (path) {
            case "now" -> NOW;
            case "stay" -> STAY;
            case "fail" -> FAIL;
            case "fire" -> FIRE;
            default -> Errno.ENOENT.status();
        };
    }

    private void read(Request request, long file, BufferSlice into) {
        switch ((int) file) {
            case (int) NOW -> {
                into.segment().fill(FILL);
                request.complete(into.length());
            }
            case (int) STAY -> kept.add(request);
            case (int) FAIL -> request.fail(Errno.EIO);
            default -> request.fail(Errno.EBADF);
        }
    }

    private int postWaiting() {
        int posted = 0;
        watching.removeIf(request -> !request.isLive());
        while (!waiting.isEmpty() && !watching.isEmpty()) {
            if (!watching.getFirst().post(EventFlags.READ, waiting.getFirst())) {
                break;
            }
            waiting.removeFirst();
            posted++;
        }
        return posted;
    }
}
