package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.Trb;

/// All interrupters, and the event TRBs the controller sends (xHCI 1.2 §6.4.2). Nothing here allocates while the event
/// rings have room.
final class Events {
    private static final int EVENT_DATA = 1 << 2;

    private final Interrupter[] interrupters = new Interrupter[MemoryMap.INTERRUPTERS];

    Events(HostMemory memory, RunState run, MsixTable msix) {
        for (int i = 0; i < interrupters.length; i++) {
            interrupters[i] = new Interrupter(i, memory, run, msix);
        }
    }

    Interrupter interrupter(int number) {
        return interrupters[number];
    }

    /// A TRB of a transfer ring ended.
    ///
    /// @param step what ended
    /// @param code how
    /// @param length bytes not moved
    void transfer(TransferStep step, CompletionCode code, int length) {
        post(step, step.address, code, length, 0);
    }

    /// An Event Data TRB was reached.
    ///
    /// @param step the Event Data TRB
    /// @param code how the transfer went so far
    /// @param length bytes moved
    void eventData(TransferStep step, CompletionCode code, int length) {
        post(step, step.parameter, code, length, EVENT_DATA);
    }

    private void post(TransferStep step, long parameter, CompletionCode code, int length, int flags) {
        Endpoint endpoint = step.endpoint;
        int target = step.status >>> Trb.INTERRUPTER_SHIFT;
        interrupters[target < interrupters.length ? target : 0].post(
                parameter,
                code.number() << Trb.COMPLETION_SHIFT | (length & Trb.EVENT_LENGTH_MASK),
                control(Trb.TransferEvent.TYPE, endpoint.slot, endpoint.index) | flags,
                (step.control & Trb.BLOCK_EVENT_INTERRUPT) != 0);
    }

    /// A doorbell was rung for an endpoint that is not there.
    void endpointNotEnabled(int slot, int index) {
        interrupters[0].post(
                0,
                CompletionCode.ENDPOINT_NOT_ENABLED.number() << Trb.COMPLETION_SHIFT,
                control(Trb.TransferEvent.TYPE, slot, index),
                false);
    }

    /// A command ended.
    void command(long trb, CompletionCode code, int slot) {
        interrupters[0].post(
                trb, code.number() << Trb.COMPLETION_SHIFT, control(Trb.CommandCompletionEvent.TYPE, slot, 0), false);
    }

    /// A change bit of a port was set.
    void portChange(int port) {
        interrupters[0].post(
                (long) port << 24,
                CompletionCode.SUCCESS.number() << Trb.COMPLETION_SHIFT,
                control(Trb.PortStatusChangeEvent.TYPE, 0, 0),
                false);
    }

    private static int control(int type, int slot, int index) {
        return type << Trb.TYPE_SHIFT | slot << Trb.SLOT_SHIFT | index << Trb.ENDPOINT_SHIFT;
    }

    /// Whether events wait for room: nothing new is to be started.
    boolean isCongested() {
        for (Interrupter interrupter : interrupters) {
            if (interrupter.isCongested()) {
                return true;
            }
        }
        return false;
    }

    /// Writes what waited.
    ///
    /// @return how many events
    int flush() {
        int written = 0;
        for (Interrupter interrupter : interrupters) {
            if (interrupter.isCongested()) {
                written += interrupter.flush();
            }
        }
        return written;
    }

    /// Raises what has become possible to raise.
    void update() {
        for (Interrupter interrupter : interrupters) {
            interrupter.update();
        }
    }

    void reset() {
        for (Interrupter interrupter : interrupters) {
            interrupter.reset();
        }
    }

    void save(StateWriter state) {
        for (Interrupter interrupter : interrupters) {
            interrupter.save(state);
        }
    }

    void restore(StateReader state) {
        for (Interrupter interrupter : interrupters) {
            interrupter.restore(state);
        }
    }
}
