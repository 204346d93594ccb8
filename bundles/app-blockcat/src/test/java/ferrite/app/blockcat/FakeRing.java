package ferrite.app.blockcat;

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
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A ring whose other end is a piece of the test.
final class FakeRing implements ConsumerInstance {
    /// The serving side. It may answer at once or keep what was sent.
    interface Server {
        void take(Sent sent);
    }

    /// A submission in the server's hands.
    static final class Sent {
        private final FakeRing ring;
        private final SubmissionQueueEntry entry;
        private final Optional<BufferSlice> buffer;
        private Optional<CompletionQueueEntry> called = Optional.empty();
        private final boolean call;
        private boolean answered;

        Sent(FakeRing ring, SubmissionQueueEntry entry, Optional<BufferSlice> buffer, boolean call) {
            this.ring = ring;
            this.entry = entry;
            this.buffer = buffer;
            this.call = call;
        }

        SubmissionQueueEntry entry() {
            return entry;
        }

        boolean is(Opcode opcode) {
            return entry.opcode() == opcode.code();
        }

        BufferSlice buffer() {
            return buffer.orElseThrow();
        }

        boolean hasBuffer() {
            return buffer.isPresent();
        }

        String text() {
            return new String(buffer().segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }

        boolean isAnswered() {
            return answered;
        }

        void answer(long status, long extra) {
            if (answered) {
                throw new AssertionError("answered twice: " + entry);
            }
            answered = true;
            ring.kept.remove(this);
            CompletionQueueEntry completion = new CompletionQueueEntry(entry.userData(), status, 0, extra);
            if (call) {
                called = Optional.of(completion);
            } else {
                ring.completions.add(completion);
            }
        }

        void answer(long status) {
            answer(status, 0);
        }

        void fail(Errno errno) {
            answer(errno.status(), 0);
        }

        void post(long status, long extra) {
            ring.completions.add(new CompletionQueueEntry(entry.userData(), status, CqeFlags.EVENT, extra));
        }
    }

    private static final int TURNS_MAX = 100_000;

    /// What the server has received and not answered.
    final List<Sent> kept = new ArrayList<>();

    private final ArrayDeque<CompletionQueueEntry> completions = new ArrayDeque<>();
    private final int id;
    private final Server server;
    private final Runnable others;
    private RingState state = RingState.OPEN;

    /// @param others lets the rest of the world run while we wait
    FakeRing(int id, Server server, Runnable others) {
        this.id = id;
        this.server = server;
        this.others = others;
    }

    /// The serving side goes: everything outstanding answers ENODEV.
    void breakDown() {
        List.copyOf(kept).forEach(sent -> sent.fail(Errno.ENODEV));
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
        send(entry, Optional.empty(), false);
        return true;
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        send(entry, Optional.of(buffer), false);
        return true;
    }

    private Sent send(SubmissionQueueEntry entry, Optional<BufferSlice> buffer, boolean call) {
        if (state != RingState.OPEN) {
            throw new SchemeException(Errno.ESHUTDOWN, "ring " + id);
        }
        SubmissionQueueEntry full = buffer.map(slice -> entry.withAddress(slice.address(), slice.length()))
                .orElse(entry);
        Sent sent = new Sent(this, full, buffer, call);
        kept.add(sent);
        try {
            server.take(sent);
        } catch (SchemeException refused) {
            sent.fail(refused.errno());
        }
        return sent;
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
        return answerOf(send(entry, Optional.empty(), true));
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return answerOf(send(entry, Optional.of(buffer), true));
    }

    private CompletionQueueEntry answerOf(Sent sent) {
        for (int turn = 0; sent.called.isEmpty() && turn < TURNS_MAX; turn++) {
            others.run();
        }
        return sent.called.orElseThrow(() -> new AssertionError("nobody answers " + sent.entry));
    }

    @Override
    public void close() {
        state = RingState.CLOSED;
    }
}
