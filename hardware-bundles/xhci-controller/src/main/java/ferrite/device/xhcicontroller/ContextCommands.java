package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.EndpointType;
import ferrite.hw.xhci.InputControlContext;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.SlotState;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import java.lang.foreign.MemorySegment;

/// Commands that read an input context: Address Device, Configure Endpoint, Evaluate Context
/// (xHCI 1.2 §4.6.5 to §4.6.7, §6.2.2.1 to §6.2.3.3).
///
/// A context that cannot be reached is a host system error: the controller stops, and what the command answers is never
/// seen.
final class ContextCommands {
    /// Add flags of the slot and of endpoint 0.
    private static final int SLOT_AND_CONTROL = 3;

    private final HostMemory memory;
    private final RunState run;
    private final Slots slots;
    private final RootHub hub;
    private long deviceContexts;

    ContextCommands(HostMemory memory, RunState run, Slots slots, RootHub hub) {
        this.memory = memory;
        this.run = run;
        this.slots = slots;
        this.hub = hub;
    }

    /// DCBAAP.
    long deviceContexts() {
        return deviceContexts;
    }

    void deviceContexts(long address) {
        deviceContexts = address & OperationalRegisters.DCBAAP_POINTER_MASK;
    }

    /// One context of an input context; zeroes if it cannot be reached.
    private MemorySegment piece(long input, int place) {
        long address = input + (long) place * MemoryMap.CONTEXT_BYTES;
        MemorySegment piece = memory.structure(address, MemoryMap.CONTEXT_BYTES, Access.READ);
        if (HostMemory.isStray(piece)) {
            run.hostSystemError("input context", address);
            return MemorySegment.ofArray(new byte[MemoryMap.CONTEXT_BYTES]);
        }
        return piece;
    }

    private InputControlContext flagsOf(long input) {
        return InputControlContext.decode(piece(input, 0), 0);
    }

    private SlotContext slotOf(long input) {
        return SlotContext.decode(piece(input, 1), 0);
    }

    private EndpointContext endpointOf(long input, int index) {
        return EndpointContext.decode(piece(input, index + 1), 0);
    }

    CompletionCode address(DeviceSlot device, Trb.AddressDevice command) {
        boolean allowed = device.state() == SlotState.DISABLED_OR_ENABLED
                || (device.state() == SlotState.DEFAULT && !command.blockSetAddress());
        if (!allowed) {
            return CompletionCode.CONTEXT_STATE_ERROR;
        }
        long input = command.inputContext();
        InputControlContext flags = flagsOf(input);
        SlotContext slot = slotOf(input);
        EndpointContext control = endpointOf(input, Endpoint.CONTROL_INDEX);
        boolean atRootHub = slot.routeString() == 0 && slot.rootHubPort() >= 1 && slot.rootHubPort() <= hub.count();
        if (flags.drop() != 0
                || (flags.add() & SLOT_AND_CONTROL) != SLOT_AND_CONTROL
                || !atRootHub
                || control.type() != EndpointType.CONTROL
                || control.packets().maxBytes() == 0
                || slots.isTaken(slot.rootHubPort(), device.id())) {
            return CompletionCode.PARAMETER_ERROR;
        }
        if (!hub.isUsable(slot.rootHubPort())) {
            return CompletionCode.USB_TRANSACTION_ERROR;
        }
        return attach(device, command.blockSetAddress(), slot, control);
    }

    private CompletionCode attach(DeviceSlot device, boolean onlyDefault, SlotContext slot, EndpointContext control) {
        long entry = deviceContexts + (long) Long.BYTES * device.id();
        MemorySegment pointer = memory.structure(entry, Long.BYTES, Access.READ);
        if (HostMemory.isStray(pointer)) {
            run.hostSystemError("device context base address array", entry);
            return CompletionCode.UNDEFINED_ERROR;
        }
        device.attach(slot.rootHubPort(), HostMemory.i64(pointer, 0) & OperationalRegisters.DCBAAP_POINTER_MASK);
        Endpoint endpoint = device.endpoint(Endpoint.CONTROL_INDEX);
        endpoint.enable(control);
        SlotState state = onlyDefault ? SlotState.DEFAULT : SlotState.ADDRESSED;
        device.write(slot.with(state, onlyDefault ? 0 : device.id()));
        device.write(endpoint, control);
        return CompletionCode.SUCCESS;
    }

    CompletionCode evaluate(DeviceSlot device, Trb.EvaluateContext command) {
        if (device.state() == SlotState.DISABLED_OR_ENABLED) {
            return CompletionCode.CONTEXT_STATE_ERROR;
        }
        long input = command.inputContext();
        InputControlContext flags = flagsOf(input);
        if (flags.drop() != 0 || (flags.add() & ~SLOT_AND_CONTROL) != 0) {
            return CompletionCode.PARAMETER_ERROR;
        }
        if (flags.adds(0)) {
            SlotContext wanted = slotOf(input);
            SlotContext old = device.read();
            device.write(new SlotContext(
                    old.routeString(),
                    old.speed(),
                    old.contextEntries(),
                    wanted.maxExitLatencyMicros(),
                    old.rootHubPort(),
                    wanted.interrupter(),
                    old.deviceAddress(),
                    old.state(),
                    old.hub()));
        }
        if (flags.adds(Endpoint.CONTROL_INDEX)) {
            Endpoint endpoint = device.endpoint(Endpoint.CONTROL_INDEX);
            EndpointContext old = device.read(endpoint);
            EndpointContext wanted = endpointOf(input, Endpoint.CONTROL_INDEX);
            device.write(
                    endpoint,
                    new EndpointContext(
                            old.state(),
                            old.type(),
                            wanted.packets(),
                            old.interval(),
                            old.errorCount(),
                            old.streams(),
                            old.dequeue(),
                            old.dequeueCycle(),
                            old.averageTrbBytes(),
                            old.maxEsitPayload()));
        }
        return CompletionCode.SUCCESS;
    }

    /// Judges a Configure Endpoint command before anything is changed.
    CompletionCode checkConfigure(DeviceSlot device, Trb.ConfigureEndpoint command) {
        if (device.state() != SlotState.ADDRESSED && device.state() != SlotState.CONFIGURED) {
            return CompletionCode.CONTEXT_STATE_ERROR;
        }
        if (command.deconfigure()) {
            return CompletionCode.SUCCESS;
        }
        long input = command.inputContext();
        InputControlContext flags = flagsOf(input);
        if ((flags.add() & SLOT_AND_CONTROL) != 1) {
            return CompletionCode.PARAMETER_ERROR;
        }
        int entries = slotOf(input).contextEntries();
        for (int index = Endpoint.CONTROL_INDEX + 1; index < MemoryMap.CONTEXTS; index++) {
            if (flags.adds(index) && (index > entries || !isGood(index, endpointOf(input, index)))) {
                return CompletionCode.PARAMETER_ERROR;
            }
        }
        return CompletionCode.SUCCESS;
    }

    /// Whether the controller can do such an endpoint: bulk and interrupt, without streams.
    private static boolean isGood(int index, EndpointContext context) {
        boolean in = (index & 1) != 0;
        boolean typeFits = in
                ? context.type() == EndpointType.BULK_IN || context.type() == EndpointType.INTERRUPT_IN
                : context.type() == EndpointType.BULK_OUT || context.type() == EndpointType.INTERRUPT_OUT;
        return typeFits && context.packets().maxBytes() > 0 && context.streams().maxPrimary() == 0;
    }

    /// Whether a command drops or adds this endpoint.
    boolean touches(Trb.ConfigureEndpoint command, int index) {
        if (command.deconfigure()) {
            return true;
        }
        InputControlContext flags = flagsOf(command.inputContext());
        return flags.drops(index) || flags.adds(index);
    }

    /// Does what [#checkConfigure] found good; nothing is in flight on the endpoints it touches.
    CompletionCode configure(DeviceSlot device, Trb.ConfigureEndpoint command) {
        long input = command.inputContext();
        InputControlContext flags =
                command.deconfigure() ? InputControlContext.of(~SLOT_AND_CONTROL, 0) : flagsOf(input);
        int highest = Endpoint.CONTROL_INDEX;
        for (int index = Endpoint.CONTROL_INDEX + 1; index < MemoryMap.CONTEXTS; index++) {
            Endpoint endpoint = device.endpoint(index);
            if (flags.drops(index) && endpoint.isEnabled()) {
                endpoint.disable();
                device.setState(endpoint, EndpointState.DISABLED);
            }
            if (flags.adds(index)) {
                EndpointContext context = endpointOf(input, index);
                endpoint.enable(context);
                device.write(endpoint, context);
            }
            highest = endpoint.isEnabled() ? index : highest;
        }
        SlotState state = highest > Endpoint.CONTROL_INDEX ? SlotState.CONFIGURED : SlotState.ADDRESSED;
        SlotContext old = device.read();
        device.write(old.with(state, old.deviceAddress()).withContextEntries(highest));
        return CompletionCode.SUCCESS;
    }

    void reset() {
        deviceContexts = 0;
    }

    void save(StateWriter state) {
        state.i64(deviceContexts);
    }

    void restore(StateReader state) {
        deviceContexts(state.i64("DCBAAP", Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
