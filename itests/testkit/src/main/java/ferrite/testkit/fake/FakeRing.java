package ferrite.testkit.fake;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A ring whose other end is a piece of the test. What is submitted is served at once, before `submit` returns, so a
/// plug-in that forgets to enter is not noticed here.
public final class FakeRing implements ConsumerInstance {
    private static final int TURNS_MAX = 100_000;

    /// The serving side of a ring.
    @FunctionalInterface
    public interface Server {
        /// Answers a request now, or keeps it for later.
        ///
        /// @throws SchemeException refuses it with that error
        void take(FakeRequest request);

        /// The asker wants a kept request back; it may also still be answered otherwise.
        default void cancel(FakeRequest request) {
            request.fail(Errno.ECANCELED);
        }
    }

    /// Turns what the server says into completions.
    ///
    /// @param calls whether the asker waits for the answer, which then is no completion to reap
    private record Sender(FakeRing ring, boolean calls) implements FakeRequest.Asker {
        @Override
        public void answered(FakeRequest request) {
            ring.kept.remove(request);
            if (!calls) {
                ring.completions.add(completionOf(request));
            }
        }

        @Override
        public void posted(FakeRequest request, FakeRequest.Event event) {
            ring.completions.add(new CompletionQueueEntry(
                    request.entry().userData(), event.status(), CqeFlags.EVENT, event.extra()));
        }
    }

    private final int id;
    private final Server server;
    private final Runnable others;
    private final List<FakeRequest> kept = new ArrayList<>();
    private final ArrayDeque<CompletionQueueEntry> completions = new ArrayDeque<>();
    private RingState state = RingState.OPEN;
    private int roomLeft = Integer.MAX_VALUE;

    /// @param others lets the rest of the world run while somebody waits
    public FakeRing(int id, Server server, Runnable others) {
        this.id = id;
        this.server = server;
        this.others = others;
    }

    /// What was submitted and is not answered, oldest first.
    public List<FakeRequest> kept() {
        return List.copyOf(kept);
    }

    /// How many more submissions are taken.
    public void room(int submissions) {
        roomLeft = submissions;
    }

    /// The serving side goes: everything outstanding answers ENODEV.
    public void breakDown() {
        kept().forEach(request -> request.fail(Errno.ENODEV));
        state = RingState.CLOSED;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public RingState state() {
        return state;
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry) {
        return submit(new FakeRequest(entry, new Sender(this, false)));
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        return submit(new FakeRequest(entry, new Sender(this, false)).buffer(buffer));
    }

    private boolean submit(FakeRequest request) {
        requireOpen();
        if (roomLeft == 0) {
            return false;
        }
        roomLeft--;
        serve(request);
        return true;
    }

    private void requireOpen() {
        if (state != RingState.OPEN) {
            throw new SchemeException(Errno.ESHUTDOWN, "ring " + id);
        }
    }

    private void serve(FakeRequest request) {
        if (request.is(Opcode.CANCEL)) {
            cancel(request.additional1());
            request.complete(0);
            return;
        }
        kept.add(request);
        try {
            server.take(request);
        } catch (SchemeException refused) {
            request.fail(refused.errno());
        }
    }

    private void cancel(long userData) {
        kept.stream()
                .filter(request -> request.entry().userData() == userData)
                .findFirst()
                .ifPresent(server::cancel);
    }

    @Override
    public int reap(CompletionHandler handler, int limit) {
        int count = 0;
        while (count < limit && !completions.isEmpty()) {
            handler.completed(completions.removeFirst());
            count++;
        }
        return count;
    }

    @Override
    public int enter(int minComplete) {
        for (int turn = 0; completions.size() < minComplete && turn < TURNS_MAX; turn++) {
            others.run();
        }
        return completions.size();
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        return call(new FakeRequest(entry, new Sender(this, true)));
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return call(new FakeRequest(entry, new Sender(this, true)).buffer(buffer));
    }

    private CompletionQueueEntry call(FakeRequest request) {
        requireOpen();
        serve(request);
        for (int turn = 0; request.isLive() && turn < TURNS_MAX; turn++) {
            others.run();
        }
        return completionOf(request);
    }

    private static CompletionQueueEntry completionOf(FakeRequest request) {
        return new CompletionQueueEntry(request.entry().userData(), request.status(), 0, request.extra());
    }

    @Override
    public void close() {
        state = RingState.CLOSED;
    }
}
