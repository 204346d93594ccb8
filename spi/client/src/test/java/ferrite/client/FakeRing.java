package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A ring whose server is the test: it sees what was sent when the asker enters, and answers when it likes, from any
/// thread. Admission is the real one: half as many records as completion entries.
public final class FakeRing implements ConsumerInstance {
    /// One entry as the server sees it.
    public record Sent(SubmissionQueueEntry entry, @Nullable BufferSlice buffer) {
        public long tag() {
            return entry.userData();
        }

        public int opcode() {
            return entry.opcode();
        }

        public BufferSlice bytes() {
            BufferSlice present = buffer;
            if (present == null) {
                throw new AssertionError("no buffer came with " + entry);
            }
            return present;
        }
    }

    /// What the server does with an entry when it sees it.
    public interface Server {
        void handle(FakeRing ring, Sent sent);
    }

    /// Does nothing; the test answers by itself.
    public static final Server SILENT = (_, _) -> {};

    /// Answers everything with 0 and cancels as the kernel does.
    public static final Server OK = (ring, sent) -> {
        if (sent.opcode() == Opcode.CANCEL.code()) {
            ring.answerCancel(sent);
        } else {
            ring.complete(sent.tag(), 0);
        }
    };

    private static final long CALL = Long.MIN_VALUE;

    private final RingParameters parameters;
    private final Server server;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Sent> queue = new ArrayDeque<>();
    private final List<Sent> seen = new ArrayList<>();
    private final ArrayDeque<CompletionQueueEntry> completions = new ArrayDeque<>();
    private final Map<Long, List<Guard>> guards = new HashMap<>();
    private RingState state = RingState.OPEN;
    private int inFlight;
    private int blocked;

    public FakeRing(RingParameters parameters, Server server) {
        this.parameters = parameters;
        this.server = server;
    }

    public RingParameters parameters() {
        return parameters;
    }

    /// All that the server has seen.
    public List<Sent> seen() {
        lock.lock();
        try {
            return List.copyOf(seen);
        } finally {
            lock.unlock();
        }
    }

    /// What the server has seen of one opcode.
    public List<Sent> seen(Opcode opcode) {
        return seen().stream().filter(sent -> sent.opcode() == opcode.code()).toList();
    }

    public Sent seenLast() {
        return seen().getLast();
    }

    public int inFlight() {
        return inFlight;
    }

    /// Threads that wait in enter.
    public int blocked() {
        lock.lock();
        try {
            return blocked;
        } finally {
            lock.unlock();
        }
    }

    public void complete(long tag, long status) {
        complete(tag, status, 0, 0);
    }

    public void complete(long tag, long status, long flags, long extra) {
        lock.lock();
        try {
            completions.addLast(new CompletionQueueEntry(tag, status, flags, extra));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A success that nobody is told of.
    public void skip(long tag) {
        lock.lock();
        try {
            inFlight = Math.max(0, inFlight - 1);
            List<Guard> held = guards.remove(tag);
            if (held != null) {
                held.forEach(Guard::release);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public void post(long tag, long status) {
        complete(tag, status, CqeFlags.EVENT, 0);
    }

    /// As the kernel: the cancelled ones end with ECANCELED, the cancellation with their number.
    public void answerCancel(Sent cancel) {
        long target = cancel.entry().additional1();
        complete(target, Errno.ECANCELED.status());
        complete(cancel.tag(), 1);
    }

    public void state(RingState newState) {
        lock.lock();
        try {
            state = newState;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int id() {
        return 7;
    }

    @Override
    public RingState state() {
        return state;
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry) {
        return send(entry, null);
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        return send(entry.withAddress(buffer.address(), buffer.length()), buffer);
    }

    private boolean send(SubmissionQueueEntry entry, @Nullable BufferSlice buffer) {
        lock.lock();
        try {
            if (state != RingState.OPEN) {
                throw new SchemeException(Errno.ESHUTDOWN, "fake ring is " + state);
            }
            if (queue.size() >= parameters.submissionEntries() || inFlight >= parameters.inFlightMax()) {
                return false;
            }
            if (buffer != null) {
                guards.computeIfAbsent(entry.userData(), _ -> new ArrayList<>()).add(buffer.guard("fake ring"));
            }
            inFlight++;
            queue.addLast(new Sent(entry, buffer));
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int reap(CompletionHandler handler, int limit) {
        int count = 0;
        while (count < limit) {
            CompletionQueueEntry completion = take();
            if (completion == null) {
                break;
            }
            count++;
            handler.completed(completion);
        }
        return count;
    }

    private @Nullable CompletionQueueEntry take() {
        lock.lock();
        try {
            CompletionQueueEntry completion = completions.pollFirst();
            if (completion != null && !completion.hasMore() && (completion.flags() & CqeFlags.MESSAGE) == 0) {
                inFlight = Math.max(0, inFlight - 1);
                List<Guard> held = guards.remove(completion.userData());
                if (held != null) {
                    held.forEach(Guard::release);
                }
            }
            return completion;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int enter(int minComplete) {
        return enter(minComplete, 0, Long.MAX_VALUE);
    }

    @Override
    public int enter(int minComplete, int flags, long timeoutNanos) {
        serve();
        lock.lock();
        try {
            long left = timeoutNanos;
            while (completions.size() < minComplete && state == RingState.OPEN && left > 0) {
                blocked++;
                try {
                    left = changed.awaitNanos(left);
                } finally {
                    blocked--;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return completions.size();
    }

    private void serve() {
        while (true) {
            Sent sent;
            lock.lock();
            try {
                sent = queue.pollFirst();
                if (sent == null) {
                    return;
                }
                seen.add(sent);
            } finally {
                lock.unlock();
            }
            server.handle(this, sent);
        }
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        return answer(new Sent(entry.withUserData(CALL), null));
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        Guard guard = buffer.guard("fake ring");
        try {
            return answer(new Sent(
                    entry.withAddress(buffer.address(), buffer.length()).withUserData(CALL), buffer));
        } finally {
            guard.release();
        }
    }

    /// For servers that answer at once.
    private CompletionQueueEntry answer(Sent sent) {
        if (state != RingState.OPEN) {
            throw new SchemeException(Errno.ESHUTDOWN, "fake ring is " + state);
        }
        seen.add(sent);
        server.handle(this, sent);
        for (CompletionQueueEntry completion : completions) {
            if (completion.userData() == CALL) {
                completions.remove(completion);
                return completion;
            }
        }
        throw new AssertionError("the server did not answer " + sent);
    }

    @Override
    public void close() {
        state(RingState.CLOSED);
    }
}
