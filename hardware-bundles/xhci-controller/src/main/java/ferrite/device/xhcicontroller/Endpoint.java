package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.EndpointType;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Optional;

/// One endpoint of a slot: its state (xHCI 1.2 §4.8.3), its place in the transfer ring, and the steps that were fetched
/// and are not retired, oldest first.
///
/// ```
///   DISABLED --Configure/Address--> RUNNING --stall, bus or data error--> HALTED --Reset Endpoint--+
///                                    |  ^  \--bad TRB--> ERROR --Set TR Dequeue Pointer--+        |
///                      Stop Endpoint v  | doorbell                                       v        v
///                                   STOPPED <--------------------------------------------+--------+
/// ```
final class Endpoint {
    /// Most steps fetched and not retired.
    static final int WINDOW = 32;
    /// Device context index of endpoint 0.
    static final int CONTROL_INDEX = 1;

    final int slot;
    final int index;
    final TransferRingReader ring;

    private final TransferStep[] steps = new TransferStep[WINDOW];
    private int head;
    private int count;

    EndpointState state = EndpointState.DISABLED;
    EndpointType type = EndpointType.NOT_VALID;
    /// Steps with the device.
    int inFlight;
    /// In the engine's queue of work.
    boolean scheduled;
    /// A command waits until nothing is in flight: nothing new is sent.
    boolean quiescing;
    /// Of the transfer descriptor at the head: bytes moved since it began or since its last Event Data TRB.
    int eventDataLength;
    /// Of the transfer descriptor at the head: it had a short packet; what is left of it moves nothing.
    boolean shortPacket;
    /// Of the transfer descriptor at the head: the short packet was reported.
    boolean shortReported;

    Endpoint(int slot, int index, HostMemory memory) {
        this.slot = slot;
        this.index = index;
        this.ring = new TransferRingReader(memory);
        for (int i = 0; i < WINDOW; i++) {
            steps[i] = new TransferStep(this);
        }
    }

    /// Takes over an input context.
    void enable(EndpointContext context) {
        type = context.type();
        state = EndpointState.RUNNING;
        moveTo(context.dequeue(), context.dequeueCycle());
    }

    void disable() {
        type = EndpointType.NOT_VALID;
        state = EndpointState.DISABLED;
        moveTo(0, false);
    }

    /// Forgets what was fetched and goes on elsewhere.
    void moveTo(long address, boolean cycle) {
        drop();
        eventDataLength = 0;
        shortPacket = false;
        shortReported = false;
        ring.seek(address, cycle);
    }

    /// Forgets what was fetched and not begun, so that it will be fetched again.
    void rewind() {
        if (count > 0) {
            long address = dequeue();
            boolean cycle = dequeueCycle();
            drop();
            ring.seek(address, cycle);
        }
    }

    private void drop() {
        for (int i = 0; i < count; i++) {
            step(i).freeBounce();
        }
        count = 0;
    }

    boolean isEnabled() {
        return state != EndpointState.DISABLED;
    }

    boolean isControl() {
        return type == EndpointType.CONTROL;
    }

    boolean isIn() {
        return (index & 1) != 0;
    }

    /// Number of the endpoint on the device.
    int number() {
        return index >>> 1;
    }

    /// Whether new steps may be sent.
    boolean mayRun() {
        return state == EndpointState.RUNNING && !quiescing;
    }

    int count() {
        return count;
    }

    /// The step at a place, 0 = oldest.
    TransferStep step(int i) {
        return steps[(head + i) % WINDOW];
    }

    TransferStep last() {
        return step(count - 1);
    }

    boolean hasRoom() {
        return count < WINDOW;
    }

    /// A new step behind the others, filled with the TRB that the ring found.
    TransferStep append() {
        TransferStep step = step(count++);
        ring.into(step);
        return step;
    }

    void removeHead() {
        step(0).freeBounce();
        head = (head + 1) % WINDOW;
        count--;
    }

    /// First TRB that is not retired: what the context shows.
    long dequeue() {
        return count > 0 ? step(0).address : ring.address();
    }

    boolean dequeueCycle() {
        return count > 0 ? step(0).cycle : ring.cycle();
    }

    /// Ends a transfer descriptor's account.
    void endOfDescriptor() {
        eventDataLength = 0;
        shortPacket = false;
        shortReported = false;
    }

    /// How the transfer descriptor at the head goes so far.
    CompletionCode codeSoFar() {
        return shortPacket ? CompletionCode.SHORT_PACKET : CompletionCode.SUCCESS;
    }

    void save(StateWriter out) {
        out.choice(state).choice(type);
        ring.save(out);
        out.i32(eventDataLength)
                .flag(shortPacket)
                .flag(shortReported)
                .flag(quiescing)
                .i32(count);
        for (int i = 0; i < count; i++) {
            step(i).save(out);
        }
    }

    /// @param link where steps in flight are entered under their tags
    void restore(StateReader in, BufferPool pool, Optional<PortLink> link) {
        state = in.choice("endpoint state", EndpointState.class);
        type = in.choice("endpoint type", EndpointType.class);
        StateReader.require((index == CONTROL_INDEX) == isControl() || !isEnabled(), "control endpoint at", index);
        ring.restore(in);
        eventDataLength = in.i32("event data length", Integer.MIN_VALUE, Integer.MAX_VALUE);
        shortPacket = in.flag("short packet");
        shortReported = in.flag("short packet reported");
        quiescing = in.flag("quiescing");
        head = 0;
        count = in.i32("steps", 0, WINDOW);
        for (int i = 0; i < count; i++) {
            long bounce = step(i).restore(in);
            if (bounce >= 0) {
                step(i).bounce = reattach(pool, bounce);
            }
            if (step(i).tag != TransferStep.NO_TAG) {
                StateReader.require(link.isPresent(), "a packet in flight to nowhere, tag", step(i).tag);
                link.orElseThrow().adopt(step(i));
                inFlight++;
            }
        }
    }

    private static BufferSlice reattach(BufferPool pool, long offset) {
        try {
            return pool.reattach(offset);
        } catch (SchemeException nothing) {
            throw new SchemeException(
                    Errno.EBADMSG, "state holds a bounce buffer at " + offset + ", " + nothing.getMessage());
        }
    }
}
