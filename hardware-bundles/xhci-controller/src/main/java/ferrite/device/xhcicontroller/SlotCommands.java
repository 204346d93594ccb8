package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.SlotState;
import ferrite.hw.xhci.Trb;
import java.util.Optional;
import java.util.OptionalInt;

/// What each command does (xHCI 1.2 §4.6). Commands that read an input context are in [ContextCommands].
final class SlotCommands {
    private final Slots slots;
    private final TransferEngine engine;
    private final ContextCommands contexts;
    private int slotsEnabled;
    private CompletionCode code = CompletionCode.SUCCESS;
    private int slot;

    SlotCommands(Slots slots, TransferEngine engine, ContextCommands contexts) {
        this.slots = slots;
        this.engine = engine;
        this.contexts = contexts;
    }

    /// CONFIG.MaxSlotsEn.
    int slotsEnabled() {
        return slotsEnabled;
    }

    void slotsEnabled(int count) {
        slotsEnabled = count;
    }

    /// How the last command ended.
    CompletionCode code() {
        return code;
    }

    /// Slot of the last command.
    int slot() {
        return slot;
    }

    /// Executes a command, or goes on with one that waits.
    ///
    /// @return false if it waits for packets that are in flight
    boolean execute(Trb command) {
        return switch (command) {
            case Trb.EnableSlot _ -> enable();
            case Trb.NoOpCommand _ -> end(0, CompletionCode.SUCCESS);
            case Trb.DisableSlot disable -> disable(disable.slot());
            case Trb.AddressDevice address ->
                end(address.slot(), find(address.slot()).map(found -> contexts.address(found, address)));
            case Trb.EvaluateContext evaluate ->
                end(evaluate.slot(), find(evaluate.slot()).map(found -> contexts.evaluate(found, evaluate)));
            case Trb.ConfigureEndpoint configure -> configure(configure);
            case Trb.ResetEndpoint reset -> reset(reset);
            case Trb.StopEndpoint stop -> stop(stop);
            case Trb.SetTrDequeuePointer move ->
                end(move.slot(), find(move.slot()).map(found -> move(found, move)));
            case Trb.ResetDevice reset -> resetDevice(reset.slot());
            default -> end(0, CompletionCode.TRB_ERROR);
        };
    }

    private Optional<DeviceSlot> find(int id) {
        return slots.find(id);
    }

    private boolean end(int id, CompletionCode how) {
        slot = id;
        code = how;
        return true;
    }

    private boolean end(int id, Optional<CompletionCode> how) {
        return end(id, how.orElse(CompletionCode.SLOT_NOT_ENABLED));
    }

    private boolean enable() {
        OptionalInt id = slots.enable(slotsEnabled);
        return id.isPresent() ? end(id.getAsInt(), CompletionCode.SUCCESS) : end(0, CompletionCode.NO_SLOTS_AVAILABLE);
    }

    private boolean disable(int id) {
        Optional<DeviceSlot> found = find(id);
        if (found.isEmpty()) {
            return end(id, CompletionCode.SLOT_NOT_ENABLED);
        }
        DeviceSlot gone = found.get();
        if (!quiesce(gone, 1)) {
            return false;
        }
        if (gone.port() != 0) {
            gone.write(gone.read().with(SlotState.DISABLED_OR_ENABLED, 0));
        }
        for (int index = 1; index < MemoryMap.CONTEXTS; index++) {
            gone.endpoint(index).disable();
        }
        slots.disable(id);
        return end(id, CompletionCode.SUCCESS);
    }

    /// @return whether nothing is in flight on the endpoints from `first` on
    private boolean quiesce(DeviceSlot device, int first) {
        boolean quiet = true;
        for (int index = first; index < MemoryMap.CONTEXTS; index++) {
            quiet &= engine.quiesce(device.endpoint(index));
        }
        return quiet;
    }

    private boolean configure(Trb.ConfigureEndpoint command) {
        Optional<DeviceSlot> found = find(command.slot());
        if (found.isEmpty()) {
            return end(command.slot(), CompletionCode.SLOT_NOT_ENABLED);
        }
        DeviceSlot device = found.get();
        CompletionCode verdict = contexts.checkConfigure(device, command);
        if (verdict != CompletionCode.SUCCESS) {
            return end(command.slot(), verdict);
        }
        boolean quiet = true;
        for (int index = Endpoint.CONTROL_INDEX + 1; index < MemoryMap.CONTEXTS; index++) {
            if (contexts.touches(command, index)) {
                quiet &= engine.quiesce(device.endpoint(index));
            }
        }
        return quiet && end(command.slot(), contexts.configure(device, command));
    }

    private boolean stop(Trb.StopEndpoint command) {
        CompletionCode verdict = verdict(command.slot(), command.endpoint(), EndpointState.RUNNING);
        if (verdict != CompletionCode.SUCCESS) {
            return end(command.slot(), verdict);
        }
        DeviceSlot device = slots.slot(command.slot());
        Endpoint endpoint = device.endpoint(command.endpoint());
        if (!engine.quiesce(endpoint)) {
            return false;
        }
        if (endpoint.state != EndpointState.RUNNING) {
            // The last packets have halted it meanwhile.
            return end(command.slot(), CompletionCode.CONTEXT_STATE_ERROR);
        }
        engine.reportStopped(endpoint);
        endpoint.rewind();
        device.setState(endpoint, EndpointState.STOPPED);
        return end(command.slot(), CompletionCode.SUCCESS);
    }

    private boolean reset(Trb.ResetEndpoint command) {
        CompletionCode verdict = verdict(command.slot(), command.endpoint(), EndpointState.HALTED);
        if (verdict != CompletionCode.SUCCESS) {
            return end(command.slot(), verdict);
        }
        DeviceSlot device = slots.slot(command.slot());
        Endpoint endpoint = device.endpoint(command.endpoint());
        if (!engine.quiesce(endpoint)) {
            return false;
        }
        endpoint.rewind();
        device.setState(endpoint, EndpointState.STOPPED);
        return end(command.slot(), CompletionCode.SUCCESS);
    }

    /// Whether a command finds the endpoint in the state it asks for.
    private CompletionCode verdict(int id, int index, EndpointState wanted) {
        Optional<DeviceSlot> found = find(id);
        if (found.isEmpty()) {
            return CompletionCode.SLOT_NOT_ENABLED;
        }
        if (index == 0) {
            return CompletionCode.TRB_ERROR;
        }
        Endpoint endpoint = found.get().endpoint(index);
        // A command that already waits goes on whatever the last packets did.
        return endpoint.state == wanted || endpoint.quiescing
                ? CompletionCode.SUCCESS
                : CompletionCode.CONTEXT_STATE_ERROR;
    }

    private CompletionCode move(DeviceSlot device, Trb.SetTrDequeuePointer command) {
        if (command.endpoint() == 0 || command.stream() != 0 || command.streamType() != 0) {
            return CompletionCode.TRB_ERROR;
        }
        Endpoint endpoint = device.endpoint(command.endpoint());
        boolean movable = endpoint.state == EndpointState.STOPPED || endpoint.state == EndpointState.ERROR;
        if (!movable || !engine.quiesce(endpoint)) {
            return CompletionCode.CONTEXT_STATE_ERROR;
        }
        endpoint.moveTo(command.dequeue(), command.dequeueCycle());
        device.setState(endpoint, EndpointState.STOPPED);
        return CompletionCode.SUCCESS;
    }

    private boolean resetDevice(int id) {
        Optional<DeviceSlot> found = find(id);
        if (found.isEmpty()) {
            return end(id, CompletionCode.SLOT_NOT_ENABLED);
        }
        DeviceSlot device = found.get();
        if (device.state() != SlotState.ADDRESSED && device.state() != SlotState.CONFIGURED) {
            return end(id, CompletionCode.CONTEXT_STATE_ERROR);
        }
        if (!quiesce(device, Endpoint.CONTROL_INDEX)) {
            return false;
        }
        for (int index = Endpoint.CONTROL_INDEX + 1; index < MemoryMap.CONTEXTS; index++) {
            if (device.endpoint(index).isEnabled()) {
                device.endpoint(index).disable();
                device.setState(device.endpoint(index), EndpointState.DISABLED);
            }
        }
        device.endpoint(Endpoint.CONTROL_INDEX).rewind();
        SlotContext context = device.read();
        device.write(context.with(SlotState.DEFAULT, 0).withContextEntries(1));
        return end(id, CompletionCode.SUCCESS);
    }

    void reset() {
        slotsEnabled = 0;
    }

    void save(StateWriter state) {
        state.i32(slotsEnabled);
    }

    void restore(StateReader state) {
        slotsEnabled = state.i32("CONFIG", 0, 0xFF);
    }
}
