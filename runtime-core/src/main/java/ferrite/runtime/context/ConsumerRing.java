package ferrite.runtime.context;

import ferrite.runtime.ring.ConsumerEnd;
import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The asking end of a ring as a context has it. Submissions are handed over together: at `enter`, at a call, and
/// at the end of a turn.
final class ConsumerRing implements ConsumerInstance {
    private static final long FOREVER_NANOS = TimeUnit.DAYS.toNanos(365);

    /// Who answers: told when submissions are there, and when the asking end has closed.
    interface Server {
        void submitted();

        void closed();
    }

    /// What a synchronous call waits with.
    private static final class Waiting {
        @Nullable
        CompletionQueueEntry answer;
    }

    private final int id;
    private final ConsumerEnd end;
    private final Server server;
    private final KernelContext owner;
    private final Scheduler scheduler;

    /// Completions that a synchronous call came across.
    private final ArrayDeque<CompletionQueueEntry> stash = new ArrayDeque<>();

    private boolean unsent;

    ConsumerRing(int id, ConsumerEnd end, Server server, KernelContext owner, Scheduler scheduler) {
        this.id = id;
        this.end = end;
        this.server = server;
        this.owner = owner;
        this.scheduler = scheduler;
    }

    ConsumerEnd end() {
        return end;
    }

    /// Hands over what was submitted.
    void flush() {
        if (unsent) {
            unsent = false;
            server.submitted();
        }
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public RingState state() {
        return end.ring().state();
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry) {
        return send(entry, null, entry.userData(), null);
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        return send(entry, buffer, entry.userData(), null);
    }

    @Override
    public int reap(CompletionHandler handler, int limit) {
        int count = 0;
        while (count < limit) {
            CompletionQueueEntry entry = stash.pollFirst();
            if (entry == null) {
                ConsumerEnd.Completed completed = end.reap();
                if (completed == null) {
                    if (state() == RingState.BROKEN) {
                        server.closed(); // it may not have noticed; our records wait for it
                    }
                    break;
                }
                entry = completed.entry();
            }
            handler.completed(entry);
            count++;
        }
        return count;
    }

    @Override
    public int enter(int minComplete) {
        if (minComplete > 0) {
            waitFor(() -> {
                pump();
                return stash.size() >= minComplete;
            });
        } else {
            scheduler.inRunner(owner::flush);
            pump();
        }
        return stash.size();
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        return callOn(entry, null);
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return callOn(entry, buffer);
    }

    @Override
    public void close() {
        if (state() == RingState.OPEN || state() == RingState.BROKEN) {
            end.close();
            stash.clear();
            scheduler.inRunner(server::closed);
        }
        owner.forget(this);
    }

    private boolean send(
            SubmissionQueueEntry entry, @Nullable BufferSlice buffer, long userData, @Nullable Object attachment) {
        if (state() != RingState.OPEN) {
            throw new SchemeException(
                    Errno.ESHUTDOWN, "ring " + end.ring().name() + " is " + state() + "; connect again");
        }
        boolean sent = end.submit(entry, buffer, userData, attachment);
        if (!sent) {
            // A full queue may only mean that the server has not looked yet.
            scheduler.inRunner(this::flush);
            sent = end.submit(entry, buffer, userData, attachment);
        }
        unsent |= sent;
        return sent;
    }

    private CompletionQueueEntry callOn(SubmissionQueueEntry entry, @Nullable BufferSlice buffer) {
        Waiting waiting = new Waiting();
        while (state() == RingState.OPEN && !send(entry, buffer, 0, waiting)) {
            if (Thread.currentThread().isInterrupted()) {
                return new CompletionQueueEntry(entry.userData(), Errno.EINTR.status(), 0, 0);
            }
            int before = end.inFlight();
            waitFor(() -> {
                pump();
                return end.inFlight() < before;
            });
        }
        waitFor(() -> {
            pump();
            return waiting.answer != null;
        });
        CompletionQueueEntry answer = waiting.answer;
        if (answer == null) {
            Errno errno = state() == RingState.BROKEN ? Errno.EPROTO : Errno.ENODEV;
            if (state() == RingState.OPEN) {
                // Interrupted: the record and its buffer stay the runtime's until the server has let go of them.
                errno = Errno.EINTR;
                end.cancelAttached(waiting);
                scheduler.inRunner(server::submitted);
            }
            return new CompletionQueueEntry(entry.userData(), errno.status(), 0, 0);
        }
        return new CompletionQueueEntry(entry.userData(), answer.status(), answer.flags(), answer.extra());
    }

    /// Hands over what was submitted and runs others until the condition holds or the ring cannot bring anything
    /// any more.
    private void waitFor(BooleanSupplier condition) {
        scheduler.runUntil(
                owner,
                () -> {
                    owner.flush();
                    return condition.getAsBoolean() || state() != RingState.OPEN && !end.hasCompletion();
                },
                System.nanoTime() + FOREVER_NANOS);
    }

    private void pump() {
        for (ConsumerEnd.Completed completed = end.reap(); completed != null; completed = end.reap()) {
            if (completed.attachment() instanceof Waiting waiting) {
                waiting.answer = completed.entry();
            } else {
                stash.addLast(completed.entry());
            }
        }
    }
}
