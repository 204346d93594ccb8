package ferrite.device.pcihostbridge;

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
import java.util.Optional;
import java.util.function.Consumer;

/// A ring whose other end is a function of the test: it answers at once, or keeps the request.
final class FakeRing implements ConsumerInstance {
    private final int id;
    private final Consumer<FakeRequest> server;
    private final ArrayDeque<FakeRequest> unseen = new ArrayDeque<>();
    private final List<FakeRequest> kept = new ArrayList<>();
    private final ArrayDeque<CompletionQueueEntry> completions = new ArrayDeque<>();
    private RingState state = RingState.OPEN;
    private int roomLeft = Integer.MAX_VALUE;

    FakeRing(int id, Consumer<FakeRequest> server) {
        this.id = id;
        this.server = server;
    }

    /// Requests that the server keeps.
    List<FakeRequest> kept() {
        kept.removeIf(request -> !request.isLive());
        return kept;
    }

    /// How many more submissions are taken.
    void room(int submissions) {
        roomLeft = submissions;
    }

    void breakDown() {
        state = RingState.CLOSED;
    }

    /// One event of a kept multi-shot request.
    void event(FakeRequest request, long status, long extra) {
        completions.add(new CompletionQueueEntry(request.entry().userData(), status, CqeFlags.EVENT, extra));
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
        return submit(entry, Optional.empty());
    }

    @Override
    public boolean submit(SubmissionQueueEntry entry, BufferSlice buffer) {
        return submit(entry, Optional.of(buffer));
    }

    private boolean submit(SubmissionQueueEntry entry, Optional<BufferSlice> buffer) {
        if (state != RingState.OPEN) {
            throw new SchemeException(Errno.ESHUTDOWN, "ring " + id);
        }
        if (roomLeft == 0) {
            return false;
        }
        roomLeft--;
        unseen.add(request(entry, buffer));
        return true;
    }

    private FakeRequest request(SubmissionQueueEntry entry, Optional<BufferSlice> buffer) {
        FakeRequest[] made = new FakeRequest[1];
        made[0] = new FakeRequest(
                entry,
                buffer,
                () -> completions.add(
                        new CompletionQueueEntry(entry.userData(), made[0].status(), 0, made[0].extra())));
        return made[0];
    }

    @Override
    public int reap(CompletionHandler handler, int limit) {
        int count = 0;
        while (count < limit && !completions.isEmpty()) {
            handler.completed(completions.remove());
            count++;
        }
        return count;
    }

    @Override
    public int enter(int minComplete) {
        while (!unseen.isEmpty()) {
            serve(unseen.remove());
        }
        return completions.size();
    }

    private void serve(FakeRequest request) {
        if (request.opcode() == Opcode.CANCEL.code()) {
            kept().stream()
                    .filter(other -> other.entry().userData() == request.additional1())
                    .findFirst()
                    .ifPresent(found -> found.fail(Errno.ECANCELED));
            request.complete(0);
            return;
        }
        server.accept(request);
        if (request.isLive()) {
            kept.add(request);
        }
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        return call(entry, Optional.empty());
    }

    @Override
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return call(entry, Optional.of(buffer));
    }

    private CompletionQueueEntry call(SubmissionQueueEntry entry, Optional<BufferSlice> buffer) {
        FakeRequest request = new FakeRequest(entry, buffer);
        enter(0);
        server.accept(request);
        return new CompletionQueueEntry(entry.userData(), request.status(), 0, request.extra());
    }

    @Override
    public void close() {
        state = RingState.CLOSED;
    }
}
