package ferrite.runtime.ring;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolView;
import ferrite.buffer.RegionSource;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One ring with a caller who notes what it reaps and a server that keeps what it receives until the test answers it.
/// Requests are named by their user data, one use each.
final class RingRig {
    /// An operation that only the server knows.
    static final int WORK = 200;

    /// A completion as it was reaped.
    record Done(long userData, long status, long flags, long extra, boolean terminal) {
        boolean failedWith(Errno errno) {
            return status == errno.status();
        }
    }

    final Ring ring;
    private final Map<Long, InFlight> held = new LinkedHashMap<>();
    private @Nullable SharedBufferPool memory;
    private @Nullable BufferPool pool;

    RingRig() {
        this(8, 32);
    }

    RingRig(int submissions, int completions) {
        ring = new Ring("test", new Ring.Attachment.UserToUser(), new RingParameters(submissions, completions));
    }

    static SubmissionQueueEntry work() {
        return SubmissionQueueEntry.of(WORK);
    }

    static SubmissionQueueEntry cancel(int flags, long fd, long userData) {
        return SubmissionQueueEntry.of(Opcode.CANCEL)
                .withSyscallFlags(flags)
                .withFd(fd)
                .withAdditional(userData, 0);
    }

    boolean submit(SubmissionQueueEntry entry, long userData) {
        return ring.consumer().submit(entry, null, userData, null);
    }

    boolean submit(SubmissionQueueEntry entry, BufferSlice buffer, long userData) {
        return ring.consumer().submit(entry, buffer, userData, null);
    }

    /// Receives all that may run.
    ///
    /// @return their user data, in the order in which the server got them
    List<Long> serve() {
        List<Long> got = new ArrayList<>();
        for (InFlight record = ring.producer().receive();
                record != null;
                record = ring.producer().receive()) {
            long userData = ring.userData[record.index()];
            held.put(userData, record);
            got.add(userData);
        }
        return got;
    }

    /// What the server was told to let go of.
    List<Long> told() {
        List<Long> told = new ArrayList<>();
        ring.producer().forEachCancelled(record -> told.add(ring.userData[record.index()]));
        return told;
    }

    void answer(long userData, long status) {
        ring.producer().complete(take(userData), status, 0);
    }

    void fail(long userData, Errno errno) {
        answer(userData, errno.status());
    }

    boolean post(long userData, long status) {
        InFlight record = held.get(userData);
        if (record == null) {
            throw new IllegalStateException("request " + userData + " is not with the server: " + held.keySet());
        }
        return ring.producer().post(record, status, 0);
    }

    InFlight take(long userData) {
        InFlight record = held.remove(userData);
        if (record == null) {
            throw new IllegalStateException("request " + userData + " is not with the server: " + held.keySet());
        }
        return record;
    }

    @Nullable
    Done reapOne() {
        ConsumerEnd end = ring.consumer();
        return end.reap() ? new Done(end.userData(), end.status(), end.flags(), end.extra(), end.isTerminal()) : null;
    }

    List<Done> reap() {
        List<Done> all = new ArrayList<>();
        for (Done done = reapOne(); done != null; done = reapOne()) {
            all.add(done);
        }
        return all;
    }

    /// `1=0 2=ECANCELED`, in the order of the queue; events have a `+` behind the number.
    String reaped() {
        StringBuilder line = new StringBuilder();
        for (Done done : reap()) {
            line.append(line.isEmpty() ? "" : " ")
                    .append(done.userData)
                    .append((done.flags & CqeFlags.EVENT) != 0 && !done.terminal ? "+" : "")
                    .append('=')
                    .append(Errno.of(done.status).map(Errno::name).orElse(Long.toString(done.status)));
        }
        return line.toString();
    }

    BufferSlice buffer(int bytes) {
        BufferPool from = pool;
        if (from == null) {
            SharedBufferPool made = new SharedBufferPool(
                    "test", new PoolParameters(0, 1 << 20, 64 << 20, false), RegionSource.heapless(new AddressSpace()));
            memory = made;
            from = new PoolView(made, new ViewArena("test"));
            pool = from;
        }
        return from.acquire(bytes, 8);
    }

    /// Bytes that somebody may still touch.
    long bytesInUse() {
        return memory == null ? 0 : memory.statistics().bytesInUse();
    }
}
