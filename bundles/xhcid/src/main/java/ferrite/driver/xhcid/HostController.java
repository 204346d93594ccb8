package ferrite.driver.xhcid;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.DoorbellRegisters;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.PortRegisters;
import ferrite.hw.xhci.Trb;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The running controller: commands down, events up, and what is due at the end of a turn.
///
/// [#drain] takes events and never waits; only sequences ([#command], [#await]) wait, and they drain meanwhile. So
/// a transfer is answered even while a port is being brought up.
final class HostController implements ControllerPort {
    private static final System.Logger LOG = System.getLogger(HostController.class.getName());
    private static final long COMMAND_NANOS = 5_000_000_000L;
    private static final long ABORT_NANOS = 1_000_000_000L;
    private static final int EVENTS_WHILE_WAITING = EventRing.ENTRIES;

    private final Context context;
    private final Registers registers;
    private final ControllerLayout layout;
    private final DmaMemory dma;
    private final ControllerMemory memory;
    private final TreeMap<Integer, DeviceSlot> slots = new TreeMap<>();
    private final BitSet changedPorts = new BitSet();
    private final LinkedHashSet<Endpoint> toRing = new LinkedHashSet<>();
    private final LinkedHashSet<Endpoint> toRecover = new LinkedHashSet<>();
    private long commandAddress;
    private Trb.@Nullable CommandCompletionEvent commandAnswer;
    private boolean eventsTaken;

    HostController(
            Context context, Registers registers, ControllerLayout layout, DmaMemory dma, ControllerMemory memory) {
        this.context = context;
        this.registers = registers;
        this.layout = layout;
        this.dma = dma;
        this.memory = memory;
    }

    @Override
    public DmaMemory dma() {
        return dma;
    }

    Registers registers() {
        return registers;
    }

    ControllerLayout layout() {
        return layout;
    }

    ControllerMemory memory() {
        return memory;
    }

    /// Ports whose change bits want to be looked at.
    BitSet changedPorts() {
        return changedPorts;
    }

    /// Devices by slot.
    Collection<DeviceSlot> devices() {
        return slots.values();
    }

    void add(DeviceSlot device) {
        slots.put(device.slot(), device);
        memory.setDeviceContext(device.slot(), device.deviceContext().address());
    }

    void remove(DeviceSlot device) {
        slots.remove(device.slot());
        memory.setDeviceContext(device.slot(), 0);
        toRing.removeAll(device.endpoints());
        toRecover.removeAll(device.endpoints());
    }

    /// Takes events.
    ///
    /// @return how many, 0..limit
    int drain(int limit) {
        EventRing events = memory.events();
        int taken = 0;
        while (taken < limit && events.isReady()) {
            dispatch(events.take());
            taken++;
        }
        eventsTaken |= taken > 0;
        return taken;
    }

    private void dispatch(Trb event) {
        switch (event) {
            case Trb.TransferEvent transfer -> {
                DeviceSlot device = slots.get(transfer.slot());
                if (device != null) {
                    device.completed(transfer);
                }
            }
            case Trb.CommandCompletionEvent completion -> {
                // An aborted ring reports where it stopped, not which command.
                if (completion.trb() == commandAddress || completion.code() == CompletionCode.COMMAND_RING_STOPPED) {
                    commandAnswer = completion;
                }
            }
            case Trb.PortStatusChangeEvent change -> {
                if (change.port() >= 1 && change.port() <= layout.ports()) {
                    changedPorts.set(change.port());
                }
            }
            case Trb.HostControllerEvent trouble ->
                LOG.log(System.Logger.Level.WARNING, "xhci: the controller reports {0}", trouble.code());
            default -> {}
        }
    }

    /// One command, waited for.
    ///
    /// @throws SchemeException EIO if it ended with another code than success, ETIMEDOUT, ENODEV
    Trb.CommandCompletionEvent command(Trb command) {
        Trb.CommandCompletionEvent answer = tryCommand(command);
        if (answer.code() != CompletionCode.SUCCESS) {
            throw new SchemeException(Errno.EIO, "xHCI command " + command + " ended with " + answer.code());
        }
        return answer;
    }

    /// One command, waited for, however it ends.
    ///
    /// @throws SchemeException ETIMEDOUT, ENODEV
    Trb.CommandCompletionEvent tryCommand(Trb command) {
        commandAnswer = null;
        commandAddress = memory.commands().enqueue(command);
        registers.write32(layout.doorbell(0), DoorbellRegisters.value(DoorbellRegisters.TARGET_COMMAND, 0));
        if (!await(() -> commandAnswer != null, COMMAND_NANOS)) {
            abortCommand();
            throw new SchemeException(Errno.ETIMEDOUT, "xHCI command " + command);
        }
        Trb.CommandCompletionEvent answer = commandAnswer;
        commandAddress = 0;
        if (answer == null) {
            throw new IllegalStateException("a command answer was there and is gone");
        }
        return answer;
    }

    /// Takes a command back that the controller does not finish (xHCI 1.2 §4.6.1.2).
    private void abortCommand() {
        long crcr = layout.operational(OperationalRegisters.CRCR);
        registers.write32(crcr, (int) OperationalRegisters.CRCR_ABORT);
        if (!await(this::isCommandRingStopped, ABORT_NANOS)) {
            throw new SchemeException(Errno.ENODEV, "the controller neither finishes nor aborts a command");
        }
        // CRR is 0 now: the ring may be placed anew, behind the aborted command.
        registers.write64(
                crcr,
                memory.commands().enqueueAddress()
                        | (memory.commands().cycle() ? OperationalRegisters.CRCR_RING_CYCLE_STATE : 0));
        commandAddress = 0;
    }

    private boolean isCommandRingStopped() {
        return commandAnswer != null && commandAnswer.code() == CompletionCode.COMMAND_RING_STOPPED;
    }

    /// Waits for something that events or time bring.
    ///
    /// @return false if it did not come in time
    boolean await(BooleanSupplier condition, long timeoutNanos) {
        flush();
        return context.await(
                () -> {
                    drain(EVENTS_WHILE_WAITING);
                    flush();
                    return condition.getAsBoolean();
                },
                timeoutNanos);
    }

    /// Posts what is due: doorbells, and the place up to which events were taken.
    void flush() {
        for (Endpoint endpoint : toRing) {
            EndpointInfo info = endpoint.info();
            registers.write32(layout.doorbell(info.slot()), DoorbellRegisters.value(info.dci(), 0));
        }
        toRing.clear();
        if (eventsTaken) {
            eventsTaken = false;
            Interrupter.acknowledge(registers, layout, memory.events());
        }
        registers.reap();
    }

    /// Stops the controller: it must not touch memory that is about to be taken away. A controller that is gone is
    /// fine.
    void halt() {
        try {
            registers.write32(layout.operational(OperationalRegisters.USBCMD), 0);
            registers.read32(layout.operational(OperationalRegisters.USBSTS));
        } catch (SchemeException gone) {
            LOG.log(System.Logger.Level.DEBUG, "xhci: not halted: {0}", gone.getMessage());
        }
    }

    @Override
    public void ringLater(Endpoint endpoint) {
        toRing.add(endpoint);
    }

    @Override
    public void haltedLater(Endpoint endpoint) {
        toRing.remove(endpoint);
        if (endpoint.info().isControl()) {
            toRecover.add(endpoint);
        }
    }

    /// Control endpoints that wait to be taken out of halt.
    Set<Endpoint> toRecover() {
        return toRecover;
    }

    @Override
    public boolean isConnected(int slot) {
        DeviceSlot device = slots.get(slot);
        return device != null && (portStatus(device.port()) & PortRegisters.PORTSC_CONNECTED) != 0;
    }

    /// PORTSC of a port.
    int portStatus(int port) {
        return registers.read32(layout.port(port) + PortRegisters.PORTSC);
    }
}
