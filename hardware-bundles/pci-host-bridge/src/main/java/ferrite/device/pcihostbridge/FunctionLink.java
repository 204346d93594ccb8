package ferrite.device.pcihostbridge;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.Request;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The way to one function: its ring, the accesses that are with it, and the subscription to its messages.
///
/// A forwarded request is kept until the function answers. What finds no room on the ring waits, in order; the askers'
/// own rings bound how much that can be.
final class FunctionLink {
    static final RingParameters PARAMETERS = RingParameters.DEFAULT;

    private static final int TAGS = 64;
    private static final long MESSAGE = TAGS;
    private static final int REAP_MAX = 2 * TAGS;

    private final PciAddress address;
    private final ConsumerInstance ring;
    private final MessagePort messages;
    private final BarShadow bars = new BarShadow();
    private final @Nullable Request[] forwarded = new Request[TAGS];
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final CompletionHandler handler = this::completed;
    private int inFlight;
    private int firstFree;
    private boolean armed;
    private boolean rang;

    FunctionLink(PciAddress address, ConsumerInstance ring, MessagePort messages) {
        this.address = address;
        this.ring = ring;
        this.messages = messages;
    }

    PciAddress address() {
        return address;
    }

    int ringId() {
        return ring.id();
    }

    BarShadow bars() {
        return bars;
    }

    boolean isOpen() {
        return ring.state() == RingState.OPEN;
    }

    /// Whether no access is with the function or waits for it.
    boolean isQuiet() {
        return inFlight == 0 && waiting.isEmpty();
    }

    /// Finds out how large the function's BARs are, with its decoding off meanwhile.
    ///
    /// @throws ferrite.spi.error.SchemeException as the function answers
    void size() {
        int command = (int) config(ConfigSpace.COMMAND, 2);
        configWrite(ConfigSpace.COMMAND, 2, command & ~(ConfigSpace.COMMAND_IO | ConfigSpace.COMMAND_MEMORY));
        for (int i = 0; i < Bar.COUNT; i++) {
            int at = ConfigSpace.BAR0 + i * Integer.BYTES;
            long value = config(at, 4);
            configWrite(at, 4, 0xFFFF_FFFFL);
            bars.sized(i, (int) value, (int) config(at, 4));
            configWrite(at, 4, value);
        }
        configWrite(ConfigSpace.COMMAND, 2, command);
        bars.command(command);
    }

    private long config(int at, int length) {
        CompletionQueueEntry answer =
                ring.call(SubmissionQueueEntry.of(PciBusOperation.CONFIG_READ).withAddress(at, length));
        answer.valueOrThrow("configuration read of " + address);
        return answer.extra();
    }

    private void configWrite(int at, int length, long value) {
        ring.call(SubmissionQueueEntry.of(PciBusOperation.CONFIG_WRITE)
                        .withAddress(at, length)
                        .withAdditional(value, 0))
                .valueOrThrow("configuration write of " + address);
    }

    /// Subscribes to the function's messages.
    void arm() {
        armed = ring.submit(SubmissionQueueEntry.of(PciBusOperation.AWAIT_MESSAGE)
                .withFlags(SqeFlags.SUBSCRIBE)
                .withUserData(MESSAGE));
        rang |= armed;
    }

    /// Passes an access on. The request is answered when the function has answered.
    ///
    /// @param at address that the function is to see
    void forward(Request request, long at) {
        if (!isOpen()) {
            PciBus.answerNobody(request);
        } else if (!waiting.isEmpty() || !send(request, at)) {
            waiting.add(request);
        }
    }

    private boolean send(Request request, long at) {
        int tag = freeTag();
        if (tag < 0) {
            return false;
        }
        boolean sent = ring.submit(SubmissionQueueEntry.of(request.opcode())
                .withAddress(at, request.length())
                .withAdditional(request.additional1(), 0)
                .withUserData(tag));
        if (sent) {
            forwarded[tag] = request;
            firstFree = (tag + 1) % TAGS;
            inFlight++;
            rang = true;
        }
        return sent;
    }

    private int freeTag() {
        for (int i = 0; i < TAGS; i++) {
            int tag = (firstFree + i) % TAGS;
            if (forwarded[tag] == null) {
                return tag;
            }
        }
        return -1;
    }

    /// Sends what waited, lets the function run if it has something new, and takes its answers and messages.
    ///
    /// @param bus knows the addresses of what waited
    /// @return how many completions
    int turn(PciBus bus) {
        if (!isOpen()) {
            return lose();
        }
        if (!armed) {
            arm();
        }
        waiting.removeIf(request -> !request.isLive());
        while (!waiting.isEmpty() && send(waiting.element(), bus.addressAtFunction(waiting.element()))) {
            waiting.remove();
        }
        if (rang) {
            rang = false;
            ring.enter(0);
        }
        return ring.reap(handler, REAP_MAX);
    }

    private void completed(CompletionQueueEntry completion) {
        long tag = completion.userData();
        if (tag == MESSAGE) {
            if (completion.hasMore()) {
                messages.signal(completion.extra(), completion.status());
            } else {
                armed = false;
            }
            return;
        }
        Request request = tag >= 0 && tag < TAGS ? forwarded[(int) tag] : null;
        if (request == null) {
            return;
        }
        forwarded[(int) tag] = null;
        inFlight--;
        if (!request.isLive()) {
            return;
        }
        if (completion.status() == Errno.ENXIO.status() || completion.status() == Errno.ENODEV.status()) {
            PciBus.answerNobody(request);
        } else {
            request.complete(completion.status(), completion.extra());
        }
    }

    /// The function is gone: nobody answers.
    private int lose() {
        int lost = inFlight + waiting.size();
        for (int tag = 0; tag < TAGS; tag++) {
            Request request = forwarded[tag];
            if (request != null) {
                PciBus.answerNobody(request);
            }
        }
        waiting.forEach(PciBus::answerNobody);
        Arrays.fill(forwarded, null);
        waiting.clear();
        inFlight = 0;
        return lost;
    }

    /// Gives a request back that waits here; one that is with the function will be answered by it.
    void cancel(Request request) {
        if (waiting.remove(request)) {
            request.fail(Errno.ECANCELED);
        }
    }

    void save(StateWriter state) {
        state.i32(address.packed()).i32(ring.id()).flag(armed);
        bars.save(state);
    }

    /// Reads what follows address and ring.
    void restore(StateReader state) {
        armed = state.flag("armed");
        bars.restore(state);
    }
}
