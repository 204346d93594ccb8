package ferrite.runtime.context;

import ferrite.runtime.ring.ConsumerEnd;
import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CompletionSink;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.EnterFlags;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The asking end of a ring as a context has it. Submissions are handed over together: at `enter`, at a call, and
/// at the end of a turn.
final class ConsumerRing implements ConsumerInstance {
    private static final long FOREVER_NANOS = TimeUnit.DAYS.toNanos(365);

    /// Tasks that a wait runs before it looks at the time.
    private static final int INLINE_RUNS_MAX = 64;

    /// Who answers: told when submissions are there, and when the asking end has closed.
    interface Server {
        /// Entries are in the ring, or cancellations are marked.
        void submitted();

        /// Before completions are looked for: brings in those that other threads have left elsewhere.
        default void collect() {}

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

    /// Completions that a synchronous call came across, and messages of other rings.
    private final ArrayDeque<CompletionQueueEntry> stash = new ArrayDeque<>();

    private final List<BufferSlice> registeredBuffers = new ArrayList<>();
    private final List<Guard> registeredGuards = new ArrayList<>();

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

    Server server() {
        return server;
    }

    /// Hands over what was submitted.
    void flush() {
        if (unsent) {
            unsent = false;
            end.publish();
            server.submitted();
        }
    }

    /// A message of another ring of the same context.
    ///
    /// @return false if as many wait as would fit into the completion queue
    boolean message(CompletionQueueEntry message) {
        if (stash.size() >= end.ring().parameters().completionEntries()) {
            return false;
        }
        stash.addLast(message);
        return true;
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
        return submit(entry, entry.userData());
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, long userData) {
        if ((entry.flags() & SqeFlags.REGISTERED_BUFFER) != 0) {
            return send(entry, registered(entry), userData, null);
        }
        return send(entry, null, userData, null);
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        return send(entry, buffer, entry.userData(), null);
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer, long userData, long offset) {
        if (trySend(entry, buffer, userData, offset, null)) {
            return true;
        }
        return retry() && trySend(entry, buffer, userData, offset, null);
    }

    @Override
    public int reap(CompletionHandler handler, int limit) {
        Thread before = owner.hold();
        try {
            server.collect();
            int count = 0;
            while (count < limit && (!stash.isEmpty() || next())) {
                handler.completed(stash.isEmpty() ? entry() : stash.removeFirst());
                count++;
            }
            reaped();
            return count;
        } finally {
            owner.unhold(before);
        }
    }

    @Override
    public int reap(CompletionSink sink, int limit) {
        Thread before = owner.hold();
        try {
            server.collect();
            int count = 0;
            while (count < limit && !stash.isEmpty()) {
                CompletionQueueEntry kept = stash.removeFirst();
                sink.completed(kept.userData(), kept.status(), kept.flags(), kept.extra());
                count++;
            }
            while (count < limit && next()) {
                sink.completed(end.userData(), end.status(), end.flags(), end.extra());
                count++;
            }
            reaped();
            return count;
        } finally {
            owner.unhold(before);
        }
    }

    @Override
    public int enter(int minComplete) {
        return enter(minComplete, 0, FOREVER_NANOS);
    }

    @Override
    public int enter(int minComplete, int flags, long timeoutNanos) {
        Thread before = owner.hold();
        scheduler.join(owner);
        try {
            owner.flush();
            server.collect();
            if ((flags & EnterFlags.ONLY_NOTIFY) != 0) {
                return ready(Integer.MAX_VALUE);
            }
            // What our submissions have woken runs here and now, one after the other: no timer, no lambda, no thread.
            int ready = ready(Integer.MAX_VALUE);
            for (int runs = 0; runs < INLINE_RUNS_MAX && ready < minComplete && scheduler.runNext(owner); runs++) {
                owner.flush();
                server.collect();
                ready = ready(Integer.MAX_VALUE);
            }
            if (ready < minComplete && mayBring(flags)) {
                waitFor(() -> ready(minComplete) >= minComplete || !mayBring(flags), timeoutNanos);
                ready = ready(Integer.MAX_VALUE);
            }
            return ready;
        } finally {
            scheduler.leave(owner);
            owner.unhold(before);
        }
    }

    @Override
    public void registerFiles(long... fds) {
        if (!(server instanceof KernelRing kernel)) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "ring " + end.ring().name() + " has the scheme's own file numbers");
        }
        Thread before = owner.hold();
        try {
            kernel.register(fds);
        } finally {
            owner.unhold(before);
        }
    }

    @Override
    public void registerBuffers(List<BufferSlice> buffers) {
        List<Guard> guards = new ArrayList<>();
        try {
            for (BufferSlice buffer : buffers) {
                guards.add(buffer.guard(end.ring().name()));
            }
        } catch (RuntimeException stale) {
            guards.forEach(Guard::release);
            throw stale;
        }
        unregisterBuffers();
        registeredBuffers.addAll(buffers);
        registeredGuards.addAll(guards);
    }

    @Override
    public void restrict(int... opcodes) {
        end.restrict(opcodes);
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        return callOn(entry, (entry.flags() & SqeFlags.REGISTERED_BUFFER) != 0 ? registered(entry) : null);
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return callOn(entry, buffer);
    }

    @Override
    public void close() {
        Thread before = owner.hold();
        try {
            if (state() == RingState.OPEN || state() == RingState.BROKEN) {
                end.close();
                stash.clear();
                scheduler.inRunner(server::closed);
            }
            unregisterBuffers();
            owner.forget(this);
        } finally {
            owner.unhold(before);
        }
    }

    private void unregisterBuffers() {
        registeredGuards.forEach(Guard::release);
        registeredGuards.clear();
        registeredBuffers.clear();
    }

    private BufferSlice registered(SubmissionQueueEntry entry) {
        long index = entry.additional2();
        if (index < 0 || index >= registeredBuffers.size()) {
            throw new SchemeException(
                    Errno.EFAULT,
                    "registered buffer " + index + " of " + registeredBuffers.size() + " on "
                            + end.ring().name());
        }
        return registeredBuffers.get((int) index).slice(entry.address(), entry.length());
    }

    /// Takes the next completion that is not the answer of a synchronous call.
    private boolean next() {
        while (end.reap()) {
            if (!(end.attachment() instanceof Waiting waiting)) {
                return true;
            }
            waiting.answer = entry();
        }
        return false;
    }

    private CompletionQueueEntry entry() {
        return new CompletionQueueEntry(end.userData(), end.status(), end.flags(), end.extra());
    }

    private void reaped() {
        if (end.unblocksEvents()) {
            server.submitted(); // it keeps events for which there was no place
        }
        if (state() == RingState.BROKEN) {
            server.closed(); // it may not have noticed; our records wait for it
        }
    }

    private int ready(int limit) {
        int kept = stash.size();
        return kept >= limit ? kept : kept + end.available(limit - kept);
    }

    /// Whether waiting can still bring something.
    private boolean mayBring(int flags) {
        if ((flags & EnterFlags.SQ_AVAILABLE) != 0 && end.hasRoom()) {
            return false;
        }
        return state() == RingState.OPEN || end.hasCompletion();
    }

    private boolean send(
            SubmissionQueueEntry entry, @Nullable BufferSlice buffer, long userData, @Nullable Object attachment) {
        if (trySend(entry, buffer, userData, entry.offset(), attachment)) {
            return true;
        }
        return retry() && trySend(entry, buffer, userData, entry.offset(), attachment);
    }

    private boolean trySend(
            SubmissionQueueEntry entry,
            @Nullable BufferSlice buffer,
            long userData,
            long offset,
            @Nullable Object attachment) {
        boolean sent = end.put(
                entry.head(),
                entry.fd(),
                buffer == null ? entry.length() : buffer.length(),
                buffer == null ? entry.address() : buffer.address(),
                offset,
                entry.additional1(),
                entry.additional2(),
                buffer,
                userData,
                attachment);
        unsent |= sent;
        if (end.ring().parameters().polled()) {
            end.publish(); // somebody looks all the time
        }
        return sent;
    }

    /// After a refusal: a full queue may only mean that the server has not looked yet.
    ///
    /// @return whether it is worth another try
    private boolean retry() {
        if (state() != RingState.OPEN) {
            throw new SchemeException(
                    Errno.ESHUTDOWN, "ring " + end.ring().name() + " is " + state() + "; connect again");
        }
        Thread before = owner.hold();
        try {
            scheduler.inRunner(this::flush);
        } finally {
            owner.unhold(before);
        }
        return true;
    }

    private CompletionQueueEntry callOn(SubmissionQueueEntry entry, @Nullable BufferSlice buffer) {
        Waiting waiting = new Waiting();
        Thread before = owner.hold();
        try {
            while (state() == RingState.OPEN && !send(entry, buffer, 0, waiting)) {
                if (Thread.currentThread().isInterrupted()) {
                    return new CompletionQueueEntry(entry.userData(), Errno.EINTR.status(), 0, 0);
                }
                int inFlight = end.inFlight();
                waitFor(
                        () -> {
                            pump();
                            return end.inFlight() < inFlight || state() != RingState.OPEN && !end.hasCompletion();
                        },
                        FOREVER_NANOS);
            }
            return answerOf(waiting, entry.userData());
        } finally {
            owner.unhold(before);
        }
    }

    private CompletionQueueEntry answerOf(Waiting waiting, long userData) {
        waitFor(
                () -> {
                    pump();
                    return waiting.answer != null || state() != RingState.OPEN && !end.hasCompletion();
                },
                FOREVER_NANOS);
        CompletionQueueEntry answer = waiting.answer;
        if (answer == null) {
            Errno errno = state() == RingState.BROKEN ? Errno.EPROTO : Errno.ENODEV;
            if (state() == RingState.OPEN) {
                // Interrupted: the record and its buffer stay the runtime's until the server has let go of them.
                errno = Errno.EINTR;
                end.cancelAttached(waiting);
                scheduler.inRunner(server::submitted);
            }
            return new CompletionQueueEntry(userData, errno.status(), 0, 0);
        }
        return new CompletionQueueEntry(userData, answer.status(), answer.flags() & ~CqeFlags.SKIPPED, answer.extra());
    }

    /// Hands over what was submitted and runs others until the condition holds.
    private void waitFor(BooleanSupplier condition, long nanos) {
        scheduler.runUntil(
                owner,
                () -> {
                    owner.flush();
                    server.collect();
                    return condition.getAsBoolean();
                },
                System.nanoTime() + nanos);
    }

    private void pump() {
        while (next()) {
            stash.addLast(entry());
        }
        if (end.unblocksEvents()) {
            server.submitted();
        }
    }
}
