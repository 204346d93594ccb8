package ferrite.device.xhcicontroller;

import ferrite.hw.bus.UsbOperation;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The cable to one device model: its ring, and which step each request in flight belongs to.
final class PortLink {
    static final RingParameters PARAMETERS = RingParameters.DEFAULT;
    /// Most packets in flight.
    static final int TAGS = 64;

    /// User data of requests whose completion nobody waits for.
    private static final long NOBODY = TAGS;
    private static final int REAP_MAX = 2 * TAGS;

    private enum Use {
        FREE,
        STEP,
        /// The step is gone; the device may still touch the buffer.
        ABANDONED
    }

    private final ConsumerInstance ring;
    private final TransferEngine engine;
    private final Use[] uses = new Use[TAGS];
    private final @Nullable TransferStep[] steps = new TransferStep[TAGS];
    private final boolean[] cancelWanted = new boolean[TAGS];
    private final CompletionHandler handler = this::completed;
    private int inFlight;
    private int firstFree;
    private boolean rang;
    private boolean cancelsOwed;

    PortLink(ConsumerInstance ring, TransferEngine engine) {
        this.ring = ring;
        this.engine = engine;
        Arrays.fill(uses, Use.FREE);
    }

    int ringId() {
        return ring.id();
    }

    boolean isOpen() {
        return ring.state() == RingState.OPEN;
    }

    boolean isIdle() {
        return inFlight == 0;
    }

    /// Protocol speed id of what is plugged in, 0 = nothing.
    int speed() {
        CompletionQueueEntry answer = ring.call(SubmissionQueueEntry.of(UsbOperation.PORT_STATUS));
        return answer.isError() ? 0 : (int) answer.extra();
    }

    /// Resets the device.
    ///
    /// @return whether it is still there
    boolean resetDevice() {
        return isOpen()
                && !ring.call(SubmissionQueueEntry.of(UsbOperation.PORT_RESET)).isError();
    }

    /// Sends a packet for a step.
    ///
    /// @param packet without user data
    /// @param data empty if the packet has none
    /// @return false if there is no room now
    boolean send(TransferStep step, SubmissionQueueEntry packet, @Nullable BufferSlice data) {
        int tag = isOpen() ? freeTag() : TransferStep.NO_TAG;
        if (tag == TransferStep.NO_TAG) {
            return false;
        }
        SubmissionQueueEntry tagged = packet.withUserData(tag);
        boolean sent = data == null ? ring.submit(tagged) : ring.submit(tagged, data);
        if (sent) {
            take(tag, step);
            step.stage = TransferStep.Stage.IN_FLIGHT;
            step.tag = tag;
            rang = true;
        }
        return sent;
    }

    private int freeTag() {
        for (int i = 0; i < TAGS; i++) {
            int tag = (firstFree + i) % TAGS;
            if (uses[tag] == Use.FREE) {
                return tag;
            }
        }
        return TransferStep.NO_TAG;
    }

    private void take(int tag, TransferStep step) {
        uses[tag] = Use.STEP;
        steps[tag] = step;
        firstFree = (tag + 1) % TAGS;
        inFlight++;
    }

    /// Takes over a step that a predecessor has in flight.
    void adopt(TransferStep step) {
        StateReader.require(uses[step.tag] == Use.FREE, "a tag twice", step.tag);
        take(step.tag, step);
    }

    /// Asks for a packet back; its completion tells what became of it.
    void cancel(TransferStep step) {
        if (step.tag != TransferStep.NO_TAG) {
            cancelWanted[step.tag] = true;
            cancelsOwed = true;
        }
    }

    /// Asks for everything back; nobody waits for it.
    void abandonAll() {
        for (int tag = 0; tag < TAGS; tag++) {
            if (uses[tag] == Use.STEP) {
                uses[tag] = Use.ABANDONED;
                steps[tag] = null;
                cancelWanted[tag] = true;
                cancelsOwed = true;
            }
        }
    }

    private boolean cancel(int tag) {
        boolean sent = isOpen()
                && ring.submit(SubmissionQueueEntry.of(Opcode.CANCEL)
                        .withAdditional(tag, 0)
                        .withUserData(NOBODY));
        rang |= sent;
        return sent;
    }

    /// Lets the device run if it has something new, and takes what it has completed.
    ///
    /// @return how many completions
    int turn() {
        if (cancelsOwed) {
            sendCancels();
        }
        if (rang) {
            rang = false;
            ring.enter(0);
        }
        return ring.reap(handler, REAP_MAX);
    }

    private void sendCancels() {
        cancelsOwed = false;
        for (int tag = 0; tag < TAGS; tag++) {
            if (cancelWanted[tag]) {
                cancelWanted[tag] = !cancel(tag);
                cancelsOwed |= cancelWanted[tag];
            }
        }
    }

    private void completed(CompletionQueueEntry completion) {
        long tag = completion.userData();
        if (tag < 0 || tag >= TAGS) {
            return;
        }
        int i = (int) tag;
        TransferStep step = steps[i];
        if (uses[i] == Use.FREE) {
            return;
        }
        uses[i] = Use.FREE;
        cancelWanted[i] = false;
        steps[i] = null;
        inFlight--;
        if (step != null) {
            step.tag = TransferStep.NO_TAG;
            engine.completed(step, completion.status());
        }
    }

    /// The device is gone for good: completes what it will never answer.
    void lost() {
        for (int tag = 0; tag < TAGS; tag++) {
            if (uses[tag] != Use.FREE) {
                completed(new CompletionQueueEntry(tag, Errno.ENODEV.status(), 0, 0));
            }
        }
    }

    void close() {
        ring.close();
    }

    /// Only what the steps do not say themselves: tags that nobody waits for, and cancels that had no room.
    void save(StateWriter state) {
        for (int tag = 0; tag < TAGS; tag++) {
            state.flag(uses[tag] == Use.ABANDONED).flag(cancelWanted[tag]);
        }
    }

    void restore(StateReader state) {
        for (int tag = 0; tag < TAGS; tag++) {
            if (state.flag("abandoned tag")) {
                uses[tag] = Use.ABANDONED;
                inFlight++;
            }
            cancelWanted[tag] = state.flag("cancel wanted");
            cancelsOwed |= cancelWanted[tag];
        }
    }
}
