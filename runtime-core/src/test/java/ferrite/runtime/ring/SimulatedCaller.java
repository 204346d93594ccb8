package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The asking side of one simulated ring, and the oracle of what comes back.
final class SimulatedCaller {
    final Ring ring;
    private final RandomGenerator random;
    private final RingRig memory;
    final List<SimulatedRequest> requests = new ArrayList<>();
    private @Nullable SimulatedRequest last;
    private boolean closed;
    private boolean scribbled;

    SimulatedCaller(String name, RandomGenerator random, RingRig memory) {
        this.random = random;
        this.memory = memory;
        int submissions = 1 << random.nextInt(4);
        int completions = 2 * submissions << random.nextInt(2);
        ring = new Ring(name, new Ring.Attachment.UserToUser(), new RingParameters(submissions, completions));
    }

    /// Submits one entry of any kind.
    void submit() {
        int flags = 0;
        int opcode = RingRig.WORK;
        switch (random.nextInt(12)) {
            case 0 -> flags = SqeFlags.DRAIN;
            case 1, 2 -> flags = SqeFlags.CHAIN;
            case 3 -> flags = SqeFlags.HARD_CHAIN;
            case 4 -> flags = SqeFlags.SUBSCRIBE;
            case 5 -> flags = random.nextInt(1 << 5);
            case 6 -> opcode = Opcode.LINK_TIMEOUT.code();
            case 7 -> opcode = Opcode.NOP.code();
            case 8 -> opcode = Opcode.CANCEL.code();
            default -> {}
        }
        if (opcode == Opcode.LINK_TIMEOUT.code()) {
            flags = random.nextBoolean() ? SqeFlags.CHAIN : 0;
        }
        SimulatedRequest before = last;
        SimulatedRequest predecessor =
                before != null && before.isChained() ? before.isLinkTimeout() ? before.predecessor : before : null;
        SubmissionQueueEntry entry = new SubmissionQueueEntry(
                opcode, flags, random.nextInt(6) == 0 ? random.nextInt(3) : 0, 0, 0, 0, 0, 0, 0, 0, 0);
        if (opcode == Opcode.CANCEL.code()) {
            boolean all = random.nextInt(8) == 0;
            entry = entry.withSyscallFlags(all ? CancelFlags.ANY : 0)
                    .withAdditional(random.nextInt(requests.size() + 1), 0);
        }
        SimulatedRequest request = new SimulatedRequest(requests.size(), entry, predecessor);
        boolean taken;
        if (random.nextInt(3) == 0) {
            BufferSlice buffer = memory.buffer(64);
            taken = ring.consumer().submit(entry, buffer, request.id, request);
            buffer.close();
        } else {
            taken = ring.consumer().submit(entry, null, request.id, request);
        }
        if (taken) {
            request.cancelAsked = requests.stream().anyMatch(SimulatedCaller::cancelsAnything);
            requests.add(request);
            last = request;
            if (opcode == Opcode.CANCEL.code()) {
                noteCancel(entry);
            }
        }
    }

    /// Whether it may still hit what is submitted after it.
    private static boolean cancelsAnything(SimulatedRequest request) {
        return !request.ended
                && request.entry.opcode() == Opcode.CANCEL.code()
                && request.entry.syscallFlags() == CancelFlags.ANY;
    }

    /// Who may be hit: any with that user data.
    private void noteCancel(SubmissionQueueEntry entry) {
        if (entry.syscallFlags() == CancelFlags.ANY) {
            requests.forEach(request -> request.cancelAsked = true);
        } else if (entry.additional1() < requests.size()) {
            requests.get((int) entry.additional1()).cancelAsked = true;
        }
    }

    /// @return whether the server has to look
    boolean cancelOne() {
        if (requests.isEmpty()) {
            return false;
        }
        SimulatedRequest request = requests.get(random.nextInt(requests.size()));
        request.cancelAsked = true;
        return ring.consumer().cancel(request.id);
    }

    void cancelAll() {
        for (SimulatedRequest request : requests) {
            if (!request.ended) {
                request.cancelAsked = true;
                ring.consumer().cancel(request.id);
            }
        }
    }

    /// Takes some completions.
    ///
    /// @return whether the server has to look, because it waited for a place
    boolean reap(int limit) {
        ConsumerEnd end = ring.consumer();
        for (int i = 0; i < limit && end.reap(); i++) {
            if (end.attachment() instanceof SimulatedRequest request) {
                if (end.isTerminal()) {
                    ended(request, end.status(), end.flags());
                } else {
                    event(request, end.status());
                }
            }
        }
        return end.unblocksEvents();
    }

    private void event(SimulatedRequest request, long number) {
        if (!scribbled) {
            assertThat(request.ended).as("event of %s after its end", request).isFalse();
            assertThat(number).as("events of %s in order", request).isEqualTo(request.eventsReaped);
        }
        request.eventsReaped++;
    }

    private void ended(SimulatedRequest request, long status, long flags) {
        assertThat(request.ended).as("second end of %s", request).isFalse();
        request.ended = true;
        request.status = status;
        if (scribbled || ring.state() != RingState.OPEN) {
            return;
        }
        assertThat(flags & CqeFlags.SKIPPED).as("skipped %s delivered", request).isZero();
        if (request.answered) {
            assertThat(status).as("answer of %s", request).isEqualTo(request.answer);
        }
        assertThat(request.eventsReaped).as("events of %s", request).isEqualTo(request.eventsPosted);
        mayEndSo(request, status);
    }

    private void mayEndSo(SimulatedRequest request, long status) {
        if (status != Errno.ECANCELED.status() || request.cancelAsked || request.isLinkTimeout() || request.answered) {
            return;
        }
        assertThat(isChainFailed(request))
                .as("%s was cancelled although nobody asked for it and %s did not fail", request, request.predecessor)
                .isTrue();
    }

    private boolean isChainFailed(SimulatedRequest request) {
        boolean failed = afterInvalidTimeout(request);
        for (SimulatedRequest before = request.predecessor; before != null; before = before.predecessor) {
            failed |= before.stopsItsChain() || afterInvalidTimeout(before);
        }
        return failed;
    }

    /// Whether it follows a link timeout that limits nothing, or what is limited already.
    private boolean afterInvalidTimeout(SimulatedRequest request) {
        return request.id > 0 && requests.get((int) request.id - 1).isLinkTimeout();
    }

    /// The server has received it: is it its turn?
    void served(SimulatedRequest request) {
        assertThat(request.served).as("%s was handed over twice", request).isFalse();
        request.served = true;
        if (scribbled || request.isLinkTimeout()) {
            return; // a link timeout runs beside what it limits
        }
        for (SimulatedRequest other : requests) {
            boolean earlier = other.id < request.id;
            boolean pending = other.served && !other.answered;
            if (earlier && pending && !other.isLinkTimeout()) {
                assertThat(request.has(SqeFlags.DRAIN))
                        .as("%s is a DRAIN and %s before it is not answered", request, other)
                        .isFalse();
                assertThat(other.has(SqeFlags.DRAIN))
                        .as("%s came after the DRAIN %s, which is not answered", request, other)
                        .isFalse();
            }
            if (!earlier && other != request && other.served && !other.isLinkTimeout()) {
                assertThat(request.has(SqeFlags.DRAIN) || other.has(SqeFlags.DRAIN))
                        .as("%s was handed over after %s", request, other)
                        .isFalse();
            }
        }
        servedInChain(request);
    }

    private static void servedInChain(SimulatedRequest request) {
        SimulatedRequest before = request.predecessor;
        if (before == null) {
            return;
        }
        assertThat(before.served && !before.answered)
                .as("%s runs although %s before it in its chain does", request, before)
                .isFalse();
        boolean stopped = before.answered && before.answer < 0 && !before.has(SqeFlags.HARD_CHAIN);
        assertThat(stopped || before.stopsItsChain())
                .as("%s runs although %s before it in its chain failed", request, before)
                .isFalse();
    }

    void close() {
        closed = true;
        ring.consumer().close();
    }

    boolean isClosed() {
        return closed;
    }

    /// Writes any word anywhere.
    void scribble() {
        scribbled = true;
        long words = ring.memory().byteSize() / Long.BYTES;
        long at = random.nextInt(3) == 0
                ? RingLayout.SQ_HEAD + 128L * random.nextInt(3)
                : Long.BYTES * random.nextLong(RingLayout.ENTRIES / Long.BYTES, words);
        long old = ring.memory().get(ValueLayout.JAVA_LONG, at);
        ring.memory()
                .set(
                        ValueLayout.JAVA_LONG,
                        at,
                        random.nextBoolean() ? random.nextLong() : old ^ 1L << random.nextInt(64));
    }

    boolean wasScribbledOn() {
        return scribbled;
    }

    /// Nothing is left, and everything that was to be delivered was.
    void checkEnd() {
        assertThat(ring.consumer().inFlight()).as("records of %s", ring.name()).isZero();
        if (closed || scribbled) {
            return;
        }
        for (SimulatedRequest request : requests) {
            boolean skipped = request.has(SqeFlags.SKIP_SUCCESS) && !request.ended;
            assertThat(request.ended || skipped).as("end of %s", request).isTrue();
            assertThat(request.eventsReaped).as("events of %s", request).isEqualTo(request.eventsPosted);
        }
    }
}
