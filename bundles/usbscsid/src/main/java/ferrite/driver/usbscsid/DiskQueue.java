package ferrite.driver.usbscsid;

import ferrite.driver.usbscsid.DiskRequest.Kind;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.SenseData;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;

/// Makes SCSI commands out of requests, one after the other: in order, so that a SYNC comes after the writes before
/// it; split, so that one large request does not keep a device busy for long.
///
/// ```
///   first in queue --> command --passed--> next piece, or answer
///                         |failed
///                         v
///                   REQUEST SENSE --> again | answer with an error
/// ```
final class DiskQueue {
    /// Most bytes of one command.
    static final int COMMAND_BYTES_MAX = 1 << 20;

    /// Repeats of one command.
    static final int RETRIES_MAX = 3;

    private static final System.Logger LOG = System.getLogger(DiskQueue.class.getName());
    private static final long COMMAND_NANOS = 30_000_000_000L;
    private static final long LOOK_NANOS = 5_000_000_000L;
    private static final long PAUSE_NANOS = 100_000_000L;

    private final Context context;
    private final BulkOnlyTransport transport;
    private final Scratch scratch;
    private final DiskGeometry geometry;
    private final ArrayDeque<DiskRequest> queue = new ArrayDeque<>();
    private Stage stage = Stage.FIRST;
    private long deadline;
    private long nextLook;
    private long notBefore;
    private boolean gone;

    /// What the present command is for.
    ///
    /// @param sensing REQUEST SENSE, not the first in the queue itself
    /// @param piece bytes of the command
    /// @param moved bytes that it moved before it failed
    record Stage(boolean sensing, long piece, long moved) {
        static final Stage FIRST = new Stage(false, 0, 0);
    }

    DiskQueue(Context context, BulkOnlyTransport transport, Scratch scratch, DiskGeometry geometry) {
        this.context = context;
        this.transport = transport;
        this.scratch = scratch;
        this.geometry = geometry;
        deadline = context.nanoTime() + COMMAND_NANOS;
        notBefore = context.nanoTime();
    }

    /// Takes over what a predecessor had.
    void restore(Stage newStage, Collection<DiskRequest> requests) {
        stage = newStage;
        queue.addAll(requests);
        if (transport.isBusy()) {
            lookLater();
        }
    }

    Stage stage() {
        return stage;
    }

    Collection<DiskRequest> requests() {
        return queue;
    }

    /// Whether the device was unplugged.
    boolean isGone() {
        return gone;
    }

    void add(DiskRequest request) {
        queue.addLast(request);
    }

    /// Takes a request back. One whose command is in work ends with it.
    void cancel(Request request) {
        Optional<DiskRequest> found = queue.stream()
                .filter(queued -> queued.request().id() == request.id())
                .findFirst();
        if (found.isPresent() && transport.isBusy() && found.get() == queue.peekFirst()) {
            found.get().setCancelled();
        } else {
            found.ifPresent(queue::remove);
            request.fail(Errno.ECANCELED);
        }
    }

    /// One turn: takes completions, ends and begins commands.
    ///
    /// @return how many completions there were
    int run() {
        int found = transport.reap();
        transport.step();
        checkTime();
        if (transport.isGone()) {
            transport.timedOut();
            leave();
        }
        Optional<Outcome> outcome = transport.takeOutcome();
        while (outcome.isPresent() || mayBegin()) {
            if (outcome.isPresent()) {
                ended(outcome.get());
            } else {
                begin(queue.getFirst());
            }
            outcome = transport.takeOutcome();
        }
        return found;
    }

    private boolean mayBegin() {
        if (gone || transport.isBusy() || queue.isEmpty()) {
            return false;
        }
        if (context.nanoTime() - notBefore < 0) {
            context.wakeAt(notBefore);
            nextLook = 0; // that wish was replaced
            return false;
        }
        return true;
    }

    private void begin(DiskRequest first) {
        if (stage.sensing()) {
            transport.begin(new Cdb.RequestSense(false, SenseData.BYTES), scratch.sense(), true);
        } else if (first.kind() == Kind.SYNC) {
            transport.begin(new Cdb.SynchronizeCache10(0, 0, false), scratch.nothing(), false);
        } else {
            long piece = Math.min(first.left(), COMMAND_BYTES_MAX);
            stage = new Stage(false, piece, 0);
            boolean writes = first.kind() == Kind.WRITE;
            Cdb cdb = geometry.transfer(
                    writes, (first.offset() + first.done()) / geometry.blockBytes(), piece / geometry.blockBytes());
            transport.begin(cdb, first.piece(piece), !writes);
        }
        deadline = context.nanoTime() + COMMAND_NANOS;
        lookLater();
    }

    /// A device that does not answer is noticed by time, at most one look late.
    private void checkTime() {
        long now = context.nanoTime();
        if (transport.isBusy() && now - deadline >= 0) {
            transport.timedOut();
        } else if (transport.isBusy() && nextLook != 0 && now - nextLook >= 0) {
            nextLook = 0;
            lookLater();
        }
    }

    private void lookLater() {
        if (nextLook == 0) {
            nextLook = context.nanoTime() + LOOK_NANOS;
            context.wakeAt(nextLook);
        }
    }

    private void ended(Outcome outcome) {
        DiskRequest first = queue.peekFirst();
        if (first == null) {
            return;
        }
        boolean sensing = stage.sensing();
        switch (outcome) {
            case Outcome.Passed _ when sensing -> judge(first, SenseData.decode(scratch.segment(), Scratch.SENSE));
            case Outcome.Passed(long moved) -> passed(first, moved);
            case Outcome.Failed _ when sensing -> answer(first, Errno.EIO);
            case Outcome.Failed(long moved) -> stage = new Stage(true, stage.piece(), moved);
            case Outcome.Broken(Errno errno) -> broken(first, errno);
        }
    }

    private void passed(DiskRequest first, long moved) {
        stage = Stage.FIRST;
        if (first.isCancelled()) {
            end(first);
            first.request().fail(Errno.ECANCELED);
        } else if (first.kind() == Kind.SYNC) {
            end(first);
            first.complete();
        } else {
            long whole = moved - moved % geometry.blockBytes();
            boolean isShort = whole < Math.min(first.left(), COMMAND_BYTES_MAX);
            first.advance(whole);
            if (isShort) {
                answer(first, Errno.EIO);
            } else if (first.left() == 0) {
                end(first);
                first.complete();
            }
        }
    }

    private void judge(DiskRequest first, SenseData sense) {
        long moved = stage.moved();
        stage = Stage.FIRST;
        switch (SenseVerdict.of(sense, first.kind() == Kind.WRITE)) {
            case SenseVerdict.Fine() -> passed(first, moved);
            case SenseVerdict.Again(Errno errno) -> {
                if (first.retries() >= RETRIES_MAX || first.isCancelled()) {
                    answer(first, errno);
                } else {
                    first.retried();
                    if (errno == Errno.EAGAIN) {
                        notBefore = context.nanoTime() + PAUSE_NANOS;
                    }
                }
            }
            case SenseVerdict.Fails(Errno errno) -> {
                if (first.kind() == Kind.SYNC && errno == Errno.EOPNOTSUPP) {
                    end(first); // a disk without the command has nothing to write back
                    first.complete();
                } else {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "usbscsi: {0} of {1} bytes at {2}: {3} {4}/{5}",
                            first.kind(),
                            Long.toString(first.length()),
                            Long.toString(first.offset()),
                            sense.key(),
                            Integer.toHexString(sense.asc()),
                            Integer.toHexString(sense.ascq()));
                    answer(first, errno);
                }
            }
        }
    }

    /// After a reset recovery a read may be repeated; whether a write took effect is not known, so it is reported.
    private void broken(DiskRequest first, Errno errno) {
        stage = Stage.FIRST;
        if (errno == Errno.ENODEV) {
            leave();
        } else if (errno == Errno.EIO && first.kind() != Kind.WRITE && first.retries() == 0 && !first.isCancelled()) {
            first.retried();
        } else {
            answer(first, errno);
        }
    }

    private void leave() {
        gone = true;
        while (!queue.isEmpty()) {
            queue.removeFirst().request().fail(Errno.ENODEV);
        }
    }

    private void answer(DiskRequest first, Errno errno) {
        stage = Stage.FIRST;
        end(first);
        if (first.isCancelled()) {
            first.request().fail(Errno.ECANCELED);
        } else {
            first.fail(errno);
        }
    }

    private void end(DiskRequest first) {
        queue.remove(first);
    }
}
