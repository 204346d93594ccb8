package ferrite.device.xhcicontroller;

import ferrite.hw.bus.UsbOperation;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Optional;

/// Turns TRBs of transfer rings into packets and completions into events.
///
/// Each endpoint goes on by itself, its TRBs in order. Several are with the device at once: the next is sent before the
/// last was answered, except behind a TRB to the host that is not the last of its transfer descriptor, because a short
/// packet there skips the rest. Data goes between the device model and the driver's buffer; nothing is copied but
/// immediate data and data stages of several TRBs.
final class TransferEngine {
    private static final int IMMEDIATE_BYTES_MAX = 8;
    /// TRBs of one endpoint before the others have a turn; also what bounds a ring without an end.
    private static final int TRBS_PER_TURN = 64;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final HostMemory memory;
    private final RunState run;
    private final Events events;
    private final BufferPool pool;
    private final RootHub hub;
    private final Slots slots;
    private final ControlTransfers control;
    private final ArrayDeque<Endpoint> ready = new ArrayDeque<>();

    /// What the engine works with.
    ///
    /// @param memory where rings and buffers are
    /// @param pool for bounce buffers
    /// @param events where it reports
    /// @param hub which cables it uses
    /// @param slots whose endpoints it runs
    /// @param run whether it may
    record Surroundings(HostMemory memory, BufferPool pool, Events events, RootHub hub, Slots slots, RunState run) {}

    TransferEngine(Surroundings surroundings) {
        this.memory = surroundings.memory;
        this.run = surroundings.run;
        this.events = surroundings.events;
        this.pool = surroundings.pool;
        this.hub = surroundings.hub;
        this.slots = surroundings.slots;
        this.control = new ControlTransfers(memory, pool);
    }

    /// The doorbell of an endpoint rang.
    void doorbell(int slot, int index) {
        if (!run.isRunning() || !slots.isEnabled(slot) || index < 1 || index >= MemoryMap.CONTEXTS) {
            return;
        }
        Endpoint endpoint = slots.slot(slot).endpoint(index);
        switch (endpoint.state) {
            case RUNNING -> schedule(endpoint);
            case STOPPED -> {
                slots.slot(slot).setState(endpoint, EndpointState.RUNNING);
                schedule(endpoint);
            }
            case DISABLED -> events.endpointNotEnabled(slot, index);
            case HALTED, ERROR, RESERVED -> {}
        }
    }

    void schedule(Endpoint endpoint) {
        if (!endpoint.scheduled) {
            endpoint.scheduled = true;
            ready.add(endpoint);
        }
    }

    /// Lets every endpoint that may have work go on, once.
    ///
    /// @return how many TRBs were begun
    int turn() {
        int begun = 0;
        for (int i = ready.size(); i > 0 && run.isRunning() && !events.isCongested(); i--) {
            Endpoint endpoint = ready.remove();
            endpoint.scheduled = false;
            begun += run(endpoint);
        }
        return begun;
    }

    private int run(Endpoint endpoint) {
        int begun = 0;
        while (begun < TRBS_PER_TURN && mayFetch(endpoint)) {
            TransferRingReader.Fetch found = endpoint.ring.fetch();
            if (found == TransferRingReader.Fetch.EMPTY) {
                break;
            }
            if (found == TransferRingReader.Fetch.STRAY) {
                run.hostSystemError("transfer ring", endpoint.ring.address());
                break;
            }
            TransferStep step = endpoint.append();
            if (found == TransferRingReader.Fetch.LOOP) {
                step.done(CompletionCode.TRB_ERROR, 0);
            } else if (endpoint.isControl()) {
                if (control.gather(endpoint, step)) {
                    sendControl(endpoint);
                }
            } else {
                begin(step);
            }
            begun++;
            retire(endpoint);
        }
        if (begun == TRBS_PER_TURN || events.isCongested()) {
            schedule(endpoint);
        }
        return begun;
    }

    /// Whether the next TRB may be looked at now. What waits for room on the ring to the device is tried first.
    private boolean mayFetch(Endpoint endpoint) {
        if (!endpoint.mayRun() || events.isCongested()) {
            return false;
        }
        if (endpoint.count() == 0) {
            return true;
        }
        if (endpoint.isControl()) {
            if (control.isWaiting(endpoint)) {
                sendControl(endpoint);
                retire(endpoint);
            }
            return endpoint.mayRun() && (endpoint.count() == 0 || control.mayFetch(endpoint));
        }
        TransferStep last = endpoint.last();
        if (last.stage == TransferStep.Stage.FETCHED) {
            begin(last);
            retire(endpoint);
            return last.stage != TransferStep.Stage.FETCHED && mayFetch(endpoint);
        }
        boolean mayBeShort = endpoint.isIn() && last.has(Trb.CHAIN);
        return endpoint.hasRoom() && !mayBeShort;
    }

    private void sendControl(Endpoint endpoint) {
        if (!hub.isUsable(slots.slot(endpoint.slot).port())) {
            control.unreachable(endpoint);
        } else if (!control.send(endpoint, link(endpoint))) {
            schedule(endpoint);
        }
    }

    private PortLink link(Endpoint endpoint) {
        return hub.link(slots.slot(endpoint.slot).port());
    }

    /// Begins a TRB of a bulk or interrupt endpoint.
    private void begin(TransferStep step) {
        switch (step.type()) {
            case Trb.Normal.TYPE -> beginNormal(step);
            case Trb.NoOp.TYPE, Trb.EventData.TYPE -> step.done(CompletionCode.SUCCESS, 0);
            default -> step.done(CompletionCode.TRB_ERROR, 0);
        }
    }

    private void beginNormal(TransferStep step) {
        Endpoint endpoint = step.endpoint;
        int length = step.length();
        if (endpoint.shortPacket) {
            step.done(CompletionCode.SHORT_PACKET, 0);
        } else if (length > Trb.LENGTH_MAX) {
            step.done(CompletionCode.TRB_ERROR, 0);
        } else if (length == 0 && endpoint.isIn()) {
            step.done(CompletionCode.SUCCESS, 0);
        } else if (step.has(Trb.IMMEDIATE_DATA)) {
            beginImmediate(step);
        } else if (length == 0) {
            send(step, packet(endpoint), Optional.empty());
        } else {
            Optional<BufferSlice> data =
                    memory.data(step.parameter, length, endpoint.isIn() ? Access.WRITE : Access.READ);
            if (data.isEmpty()) {
                step.done(CompletionCode.DATA_BUFFER_ERROR, 0);
            } else {
                send(step, packet(endpoint), data);
            }
        }
    }

    private void beginImmediate(TransferStep step) {
        int length = step.length();
        if (step.endpoint.isIn() || length > IMMEDIATE_BYTES_MAX) {
            step.done(CompletionCode.TRB_ERROR, 0);
            return;
        }
        BufferSlice bounce = step.bounce;
        if (bounce == null) {
            Optional<BufferSlice> acquired =
                    pool.tryAcquire(IMMEDIATE_BYTES_MAX, IMMEDIATE_BYTES_MAX, AllocationStrategy.BEST);
            if (acquired.isEmpty()) {
                step.done(CompletionCode.RESOURCE_ERROR, 0);
                return;
            }
            bounce = acquired.get();
            step.bounce = bounce;
        }
        MemorySegment bytes = bounce.segment();
        bytes.set(I64, 0, step.parameter);
        send(step, packet(step.endpoint), length == 0 ? Optional.empty() : Optional.of(bounce.slice(0, length)));
    }

    private static SubmissionQueueEntry packet(Endpoint endpoint) {
        return SubmissionQueueEntry.of(endpoint.isIn() ? UsbOperation.BULK_IN : UsbOperation.BULK_OUT)
                .withFd(endpoint.number());
    }

    private void send(TransferStep step, SubmissionQueueEntry packet, Optional<BufferSlice> data) {
        Endpoint endpoint = step.endpoint;
        if (!hub.isUsable(slots.slot(endpoint.slot).port())) {
            step.done(CompletionCode.USB_TRANSACTION_ERROR, 0);
        } else if (link(endpoint).send(step, packet, data.orElse(null))) {
            endpoint.inFlight++;
        } else {
            schedule(endpoint);
        }
    }

    /// A device model answered.
    void completed(TransferStep step, long status) {
        Endpoint endpoint = step.endpoint;
        endpoint.inFlight--;
        if (status == Errno.ECANCELED.status() && (endpoint.quiescing || !run.isRunning())) {
            step.stage = TransferStep.Stage.FETCHED;
        } else if (endpoint.isControl()) {
            control.completed(endpoint, step, status);
        } else if (status < 0) {
            step.done(error(status), 0);
        } else {
            int moved = (int) Math.min(status, step.length());
            boolean cut = moved < step.length() && endpoint.isIn();
            step.done(cut ? CompletionCode.SHORT_PACKET : CompletionCode.SUCCESS, moved);
        }
        retire(endpoint);
        schedule(endpoint);
    }

    /// How a negative answer of a device model looks to a driver.
    static CompletionCode error(long status) {
        if (status == Errno.EPIPE.status()) {
            return CompletionCode.STALL_ERROR;
        }
        return status == Errno.EFAULT.status()
                ? CompletionCode.DATA_BUFFER_ERROR
                : CompletionCode.USB_TRANSACTION_ERROR;
    }

    /// Reports and removes what is done, oldest first, up to the first that is not or that has failed.
    private void retire(Endpoint endpoint) {
        while (endpoint.count() > 0 && endpoint.step(0).stage == TransferStep.Stage.DONE) {
            if (endpoint.state != EndpointState.RUNNING) {
                return;
            }
            TransferStep step = endpoint.step(0);
            if (step.code != CompletionCode.SUCCESS && step.code != CompletionCode.SHORT_PACKET) {
                fail(endpoint, step);
                return;
            }
            report(endpoint, step);
            if (!step.has(Trb.CHAIN)) {
                endpoint.endOfDescriptor();
            }
            endpoint.removeHead();
        }
    }

    private void report(Endpoint endpoint, TransferStep step) {
        boolean wanted = step.has(Trb.INTERRUPT_ON_COMPLETION);
        if (step.type() == Trb.EventData.TYPE) {
            if (wanted) {
                events.eventData(step, endpoint.codeSoFar(), endpoint.eventDataLength);
            }
            endpoint.eventDataLength = 0;
            return;
        }
        endpoint.eventDataLength += step.moved;
        endpoint.shortPacket |= step.code == CompletionCode.SHORT_PACKET;
        wanted |= endpoint.shortPacket && step.has(Trb.INTERRUPT_ON_SHORT_PACKET);
        if (wanted && !endpoint.shortReported) {
            int left = step.movesData() ? step.length() - step.moved : 0;
            events.transfer(step, endpoint.codeSoFar(), left);
            endpoint.shortReported = endpoint.shortPacket;
        }
    }

    /// The endpoint leaves the running state; its context points to the TRB that failed.
    private void fail(Endpoint endpoint, TransferStep step) {
        events.transfer(step, step.code, step.movesData() ? step.length() - step.moved : 0);
        EndpointState next = step.code == CompletionCode.TRB_ERROR ? EndpointState.ERROR : EndpointState.HALTED;
        slots.slot(endpoint.slot).setState(endpoint, next);
        cancel(endpoint);
    }

    /// Asks the device model for everything back that is in flight on an endpoint, newest first.
    private void cancel(Endpoint endpoint) {
        Optional<PortLink> cable = hub.findLink(slots.slot(endpoint.slot).port());
        // Without a cable the packets are being completed as lost.
        for (int i = endpoint.count() - 1; i >= 0 && cable.isPresent(); i--) {
            TransferStep step = endpoint.step(i);
            if (step.tag != TransferStep.NO_TAG) {
                cable.get().cancel(step);
            }
        }
    }

    /// Stops sending for an endpoint and asks for what is in flight.
    ///
    /// @return whether nothing is in flight any more
    boolean quiesce(Endpoint endpoint) {
        if (!endpoint.quiescing && endpoint.inFlight > 0) {
            cancel(endpoint);
        }
        endpoint.quiescing = endpoint.inFlight > 0;
        return !endpoint.quiescing;
    }

    /// Reports the TRB that Stop Endpoint interrupts, if there is one (xHCI 1.2 §4.6.9).
    void reportStopped(Endpoint endpoint) {
        if (endpoint.count() > 0) {
            TransferStep step = endpoint.step(0);
            events.transfer(step, CompletionCode.STOPPED, step.movesData() ? step.length() : 0);
        }
    }

    /// Asks for everything back on all endpoints of a slot that is enabled.
    void cancelAll() {
        for (int slot = 1; slot <= MemoryMap.SLOTS; slot++) {
            if (slots.isEnabled(slot)) {
                for (int index = 1; index < MemoryMap.CONTEXTS; index++) {
                    Endpoint endpoint = slots.slot(slot).endpoint(index);
                    if (endpoint.inFlight > 0) {
                        cancel(endpoint);
                    }
                }
            }
        }
    }

    /// Looks at every endpoint again, after a restore.
    void scheduleAll() {
        for (int slot = 1; slot <= MemoryMap.SLOTS; slot++) {
            if (slots.isEnabled(slot)) {
                for (int index = 1; index < MemoryMap.CONTEXTS; index++) {
                    if (slots.slot(slot).endpoint(index).mayRun()) {
                        schedule(slots.slot(slot).endpoint(index));
                    }
                }
            }
        }
    }

    /// Forgets which doorbells rang.
    void reset() {
        for (Endpoint endpoint : ready) {
            endpoint.scheduled = false;
        }
        ready.clear();
    }
}
