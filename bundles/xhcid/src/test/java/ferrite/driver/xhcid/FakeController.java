package ferrite.driver.xhcid;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.CapabilityRegisters;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.ExtendedCapability;
import ferrite.hw.xhci.InputControlContext;
import ferrite.hw.xhci.PortRegisters;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.SlotState;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeRing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A small xHCI controller behind a bridge's window: two ports, port 1 is USB 3 and port 2 is USB 2. It works
/// inside the doorbell write. It touches memory only where the driver has mapped it; anything else fails the test.
final class FakeController implements FakeRing.Server {
    static final int BAR_BYTES = 0x4000;
    private static final int OPERATIONAL = 0x40;
    private static final int RUNTIME = 0x1000;
    private static final int DOORBELLS = 0x2000;
    private static final int CAPABILITIES = 0x80;
    private static final int SLOTS = 8;
    private static final int PORTS = 2;

    private final FakeContext context;
    private final int stride;
    private final Map<Integer, Integer> registers = new HashMap<>();
    private final int[] ports = new int[PORTS + 1];
    private final Map<Integer, FakeUsbDevice> plugged = new HashMap<>();
    private final Map<Integer, Slot> slots = new HashMap<>();

    /// Every doorbell that was rung, `slot << 8 | target`.
    final List<Integer> doorbells = new ArrayList<>();
    /// Commands that were executed.
    final List<Trb> commands = new ArrayList<>();
    /// Commands that are never answered.
    boolean deaf;

    private long commandDequeue;
    private boolean commandCycle;
    private long eventEnqueue;
    private int eventIndex;
    private boolean eventCycle = true;

    /// A device slot.
    private static final class Slot {
        final FakeUsbDevice device;
        final Map<Integer, Ring> rings = new HashMap<>();

        Slot(FakeUsbDevice device) {
            this.device = device;
        }
    }

    /// Where a transfer ring is read.
    private static final class Ring {
        long dequeue;
        boolean cycle;
        EndpointState state = EndpointState.RUNNING;
    }

    FakeController(FakeContext context, int stride) {
        this.context = context;
        this.stride = stride;
        reset();
    }

    private void reset() {
        registers.clear();
        slots.clear();
        registers.put(CapabilityRegisters.CAPLENGTH, OPERATIONAL | 0x0110 << 16);
        registers.put(CapabilityRegisters.HCSPARAMS1, CapabilityRegisters.hcsparams1(SLOTS, 1, PORTS));
        registers.put(CapabilityRegisters.HCSPARAMS2, 2 << 27); // two scratchpads
        int flags = CapabilityRegisters.HCCPARAMS1_ADDRESS_64
                | (stride == 64 ? CapabilityRegisters.HCCPARAMS1_CONTEXT_SIZE : 0);
        registers.put(CapabilityRegisters.HCCPARAMS1, flags | CAPABILITIES >> 2 << 16);
        registers.put(CapabilityRegisters.DBOFF, DOORBELLS);
        registers.put(CapabilityRegisters.RTSOFF, RUNTIME);
        registers.put(OPERATIONAL + 4, 1); // halted
        registers.put(OPERATIONAL + 8, 1); // pages of 4096
        MemorySegment list = MemorySegment.ofArray(new byte[32]);
        ExtendedCapability.SupportedProtocol.usb(4, 3, 1, 1).encode(list, 0);
        ExtendedCapability.SupportedProtocol.usb(0, 2, 2, 1).encode(list, 16);
        for (int i = 0; i < 32; i += 4) {
            registers.put(CAPABILITIES + i, list.get(ValueLayout.JAVA_INT_UNALIGNED, i));
        }
        for (int port = 1; port <= PORTS; port++) {
            ports[port] = PortRegisters.PORTSC_POWER | (plugged.containsKey(port) ? connected(port) : 0);
        }
        eventIndex = 0;
        eventCycle = true;
    }

    private static int connected(int port) {
        int speed = port == 1 ? 4 : 3;
        return PortRegisters.PORTSC_CONNECTED
                | PortRegisters.PORTSC_CONNECT_CHANGE
                | speed << PortRegisters.PORTSC_SPEED_SHIFT
                | (port == 1 ? PortRegisters.PORTSC_ENABLED : 0);
    }

    void plug(int port, FakeUsbDevice device) {
        plugged.put(port, device);
        ports[port] |= connected(port);
        changed(port);
    }

    void unplug(int port) {
        plugged.remove(port);
        ports[port] = PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_CONNECT_CHANGE;
        changed(port);
    }

    private void changed(int port) {
        if ((registers.getOrDefault(OPERATIONAL, 0) & 1) != 0) {
            post(new Trb.PortStatusChangeEvent(port, CompletionCode.SUCCESS));
        }
    }

    /// Looks again at all transfer rings, for transfers that were pending.
    void kick() {
        List.copyOf(slots.entrySet())
                .forEach(slot -> List.copyOf(slot.getValue().rings.keySet())
                        .forEach(dci -> transfers(slot.getKey(), slot.getValue(), dci)));
    }

    private Slot slot(int number) {
        return Objects.requireNonNull(slots.get(number));
    }

    private Ring ring(int slot, int dci) {
        return Objects.requireNonNull(slot(slot).rings.get(dci));
    }

    EndpointState state(int slot, int dci) {
        return ring(slot, dci).state;
    }

    @Override
    public void take(FakeRequest sent) {
        int offset = (int) sent.entry().address();
        int length = (int) sent.entry().length();
        switch (sent.entry().opcode()) {
            case PciBusOperation.MEMORY_READ -> sent.complete(0, read(offset) & 0xFFFF_FFFFL);
            case PciBusOperation.MEMORY_WRITE -> {
                write(offset, (int) sent.entry().additional1());
                if (length == 8) {
                    write(offset + 4, (int) (sent.entry().additional1() >>> 32));
                }
                sent.complete(0);
            }
            default -> {
                if (sent.is(Opcode.OPEN)) {
                    sent.complete(5);
                } else {
                    sent.fail(Errno.ENOSYS);
                }
            }
        }
    }

    private int read(int offset) {
        int port = (offset - OPERATIONAL - 0x400) / 0x10 + 1;
        if (offset >= OPERATIONAL + 0x400 && port <= PORTS) {
            return (offset & 0xF) == 0 ? ports[port] : 0;
        }
        return registers.getOrDefault(offset, 0);
    }

    private void write(int offset, int value) {
        int port = (offset - OPERATIONAL - 0x400) / 0x10 + 1;
        if (offset >= DOORBELLS) {
            doorbell((offset - DOORBELLS) / 4, value & 0xFF);
        } else if (offset >= RUNTIME) {
            registers.put(offset, value);
            if (offset == RUNTIME + 0x20 + 0x14) {
                long table = wide(RUNTIME + 0x20 + 0x10);
                eventEnqueue =
                        EventRingSegmentTableEntry.decode(memory(table, 16), 0).address();
            }
        } else if (offset >= OPERATIONAL + 0x400 && port <= PORTS && (offset & 0xF) == 0) {
            writePort(port, value);
        } else if (offset == OPERATIONAL) {
            command(value);
        } else if (offset >= OPERATIONAL) {
            registers.put(offset, value);
            if (offset == OPERATIONAL + 0x18 && (value & 4) != 0) {
                post(new Trb.CommandCompletionEvent(commandDequeue, 0, CompletionCode.COMMAND_ABORTED, 0, 0));
                post(new Trb.CommandCompletionEvent(commandDequeue, 0, CompletionCode.COMMAND_RING_STOPPED, 0, 0));
            } else if (offset == OPERATIONAL + 0x1C) {
                commandDequeue = wide(OPERATIONAL + 0x18) & -64;
                commandCycle = (wide(OPERATIONAL + 0x18) & 1) != 0;
            }
        }
    }

    private long wide(int offset) {
        return registers.getOrDefault(offset, 0) & 0xFFFF_FFFFL | (long) registers.getOrDefault(offset + 4, 0) << 32;
    }

    private void command(int value) {
        if ((value & 2) != 0) {
            reset();
            return;
        }
        registers.put(OPERATIONAL, value);
        registers.put(OPERATIONAL + 4, (value & 1) == 0 ? 1 : 0);
    }

    private void writePort(int port, int value) {
        ports[port] &= ~(value & PortRegisters.PORTSC_CHANGES);
        if ((value & PortRegisters.PORTSC_ENABLED) != 0) {
            ports[port] &= ~PortRegisters.PORTSC_ENABLED;
        }
        if ((value & PortRegisters.PORTSC_RESET) != 0 && plugged.containsKey(port)) {
            ports[port] |= PortRegisters.PORTSC_ENABLED | PortRegisters.PORTSC_RESET_CHANGE;
            changed(port);
        }
    }

    private MemorySegment memory(long address, long bytes) {
        var entry = context.mapped().floorEntry(address);
        if (entry == null || address + bytes > entry.getKey() + entry.getValue().length()) {
            throw new AssertionError("stray DMA: " + bytes + " bytes at 0x" + Long.toHexString(address));
        }
        BufferSlice slice = entry.getValue();
        return slice.segment().asSlice(address - entry.getKey(), bytes);
    }

    private void post(Trb event) {
        event.encode(memory(eventEnqueue + 16L * eventIndex, 16), 0, eventCycle);
        eventIndex++;
        if (eventIndex == EventRing.ENTRIES) {
            eventIndex = 0;
            eventCycle = !eventCycle;
        }
    }

    private void doorbell(int slot, int target) {
        doorbells.add(slot << 8 | target);
        if (slot != 0) {
            Slot device = slots.get(slot);
            Ring ring = device == null ? null : device.rings.get(target);
            if (device != null && ring != null) {
                ring.state = ring.state == EndpointState.STOPPED ? EndpointState.RUNNING : ring.state;
                save(slot, target, ring);
                transfers(slot, device, target);
            }
            return;
        }
        while (!deaf && Trb.cycle(memory(commandDequeue, 16), 0) == commandCycle) {
            Trb trb = Trb.decode(memory(commandDequeue, 16), 0);
            long at = commandDequeue;
            commandDequeue += 16;
            if (trb instanceof Trb.Link(long segment, int _, int _)) {
                commandDequeue = segment;
                commandCycle = !commandCycle;
            } else {
                commands.add(trb);
                execute(trb, at);
            }
        }
    }

    private void execute(Trb trb, long at) {
        int slot = 0;
        CompletionCode code = CompletionCode.SUCCESS;
        switch (trb) {
            case Trb.EnableSlot _ -> {
                slot = 1;
                while (slots.containsKey(slot)) {
                    slot++;
                }
                slots.put(slot, new Slot(new FakeUsbDevice()));
            }
            case Trb.DisableSlot(int which) -> slots.remove(which);
            case Trb.AddressDevice(long input, int which, boolean _) -> {
                SlotContext context = SlotContext.decode(memory(input, 33L * stride), stride);
                slots.put(which, new Slot(Objects.requireNonNull(plugged.get(context.rootHubPort()))));
                take(which, input, 2);
                setSlotState(which, SlotState.ADDRESSED, context);
            }
            case Trb.EvaluateContext _ -> {}
            case Trb.ConfigureEndpoint(long input, int which, boolean deconfigure) -> {
                if (deconfigure) {
                    slot(which).rings.keySet().removeIf(dci -> dci > 1);
                } else {
                    InputControlContext control = InputControlContext.decode(memory(input, 32), 0);
                    SlotContext context = SlotContext.decode(memory(input, 33L * stride), stride);
                    slot(which).rings.keySet().removeIf(control::drops);
                    take(which, input, control.add() & ~1);
                    setSlotState(which, SlotState.CONFIGURED, context);
                }
            }
            case Trb.ResetEndpoint(int which, int dci, boolean _) -> {
                Ring ring = ring(which, dci);
                code = ring.state == EndpointState.HALTED ? code : CompletionCode.CONTEXT_STATE_ERROR;
                ring.state = EndpointState.STOPPED;
                save(which, dci, ring);
            }
            case Trb.StopEndpoint(int which, int dci, boolean _) -> {
                Ring ring = ring(which, dci);
                boolean running = ring.state == EndpointState.RUNNING;
                code = running ? code : CompletionCode.CONTEXT_STATE_ERROR;
                ring.state = running ? EndpointState.STOPPED : ring.state;
                save(which, dci, ring);
                if (running && Trb.cycle(memory(ring.dequeue, 16), 0) == ring.cycle) {
                    post(new Trb.TransferEvent(ring.dequeue, 0, CompletionCode.STOPPED, false, which, dci));
                }
            }
            case Trb.SetTrDequeuePointer move -> {
                Ring ring = ring(move.slot(), move.endpoint());
                boolean allowed = ring.state == EndpointState.STOPPED || ring.state == EndpointState.ERROR;
                code = allowed ? code : CompletionCode.CONTEXT_STATE_ERROR;
                ring.dequeue = move.dequeue();
                ring.cycle = move.dequeueCycle();
                ring.state = EndpointState.STOPPED;
                save(move.slot(), move.endpoint(), ring);
            }
            default -> code = CompletionCode.TRB_ERROR;
        }
        post(new Trb.CommandCompletionEvent(at, 0, code, 0, slot));
    }

    private MemorySegment deviceContext(int slot) {
        long array = wide(OPERATIONAL + 0x30);
        long at = memory(array, 8L * (SLOTS + 1)).get(ValueLayout.JAVA_LONG_UNALIGNED, 8L * slot);
        return memory(at, 32L * stride);
    }

    private void setSlotState(int slot, SlotState state, SlotContext context) {
        context.with(state, slot).encode(deviceContext(slot), 0);
    }

    /// Takes endpoint contexts over.
    private void take(int slot, long input, int add) {
        for (int dci = 1; dci < 32; dci++) {
            if ((add >>> dci & 1) != 0) {
                EndpointContext endpoint = EndpointContext.decode(memory(input, 33L * stride), (dci + 1L) * stride);
                endpoint.with(EndpointState.RUNNING).encode(deviceContext(slot), (long) dci * stride);
                Ring ring = new Ring();
                ring.dequeue = endpoint.dequeue();
                ring.cycle = endpoint.dequeueCycle();
                slot(slot).rings.put(dci, ring);
            }
        }
    }

    private void save(int slot, int dci, Ring ring) {
        MemorySegment context = deviceContext(slot);
        EndpointContext.decode(context, (long) dci * stride)
                .with(ring.state)
                .withDequeue(ring.dequeue, ring.cycle)
                .encode(context, (long) dci * stride);
    }

    /// One TRB and where it is.
    private record Placed(Trb trb, long at, int length, boolean chain, boolean event) {}

    private void transfers(int slot, Slot device, int dci) {
        Ring ring = device.rings.get(dci);
        while (ring != null && ring.state == EndpointState.RUNNING) {
            List<Placed> td = new ArrayList<>();
            long dequeue = ring.dequeue;
            boolean cycle = ring.cycle;
            boolean more = true;
            while (more && Trb.cycle(memory(dequeue, 16), 0) == cycle) {
                Trb trb = Trb.decode(memory(dequeue, 16), 0);
                if (trb instanceof Trb.Link(long segment, int _, int _)) {
                    dequeue = segment;
                    cycle = !cycle;
                    continue;
                }
                Placed placed = placed(trb, dequeue);
                td.add(placed);
                dequeue += 16;
                more = dci == 1 ? !(trb instanceof Trb.StatusStage) : placed.chain();
            }
            if (more) {
                return; // nothing, or half of something
            }
            boolean done = dci == 1 ? control(slot, device, ring, td) : bulk(slot, device, dci, ring, td);
            if (!done) {
                return;
            }
            if (ring.state == EndpointState.RUNNING) {
                ring.dequeue = dequeue;
                ring.cycle = cycle;
            }
            save(slot, dci, ring);
        }
    }

    private static Placed placed(Trb trb, long at) {
        return switch (trb) {
            case Trb.Normal n ->
                new Placed(
                        n,
                        at,
                        n.length(),
                        (n.flags() & Trb.CHAIN) != 0,
                        (n.flags() & Trb.INTERRUPT_ON_COMPLETION) != 0);
            case Trb.DataStage d -> new Placed(d, at, d.length(), (d.flags() & Trb.CHAIN) != 0, false);
            case Trb.NoOp n ->
                new Placed(n, at, 0, (n.flags() & Trb.CHAIN) != 0, (n.flags() & Trb.INTERRUPT_ON_COMPLETION) != 0);
            default -> new Placed(trb, at, 0, false, true);
        };
    }

    private boolean bulk(int slot, Slot device, int dci, Ring ring, List<Placed> td) {
        if (td.getFirst().trb() instanceof Trb.NoOp) {
            td.stream().filter(Placed::event).forEach(each -> event(slot, dci, each, 0, CompletionCode.SUCCESS));
            return true;
        }
        boolean in = (dci & 1) != 0;
        MemorySegment data = gather(td);
        FakeUsbDevice.Pipe pipe = Objects.requireNonNull(device.device.pipes.get(dci >> 1 | (in ? 0x80 : 0)));
        long moved = pipe.move(data);
        if (moved == FakeUsbDevice.PENDING) {
            return false;
        }
        if (moved < 0) {
            ring.state = EndpointState.HALTED;
            Placed first = td.getFirst();
            event(slot, dci, first, first.length(), failure(moved));
            return true;
        }
        if (in) {
            scatter(data.asSlice(0, moved), td);
        }
        report(slot, dci, td, moved, in);
        return true;
    }

    /// Short packets are reported twice: where they happened, and at the end of the descriptor (xHCI 1.2
    /// §4.10.1.1.2).
    private void report(int slot, int dci, List<Placed> td, long moved, boolean in) {
        long left = moved;
        boolean isShort = false;
        for (Placed each : td) {
            int here = (int) Math.min(left, each.length());
            left -= here;
            if (here < each.length() && !isShort && in) {
                isShort = true;
                event(slot, dci, each, each.length() - here, CompletionCode.SHORT_PACKET);
                if (each.event()) {
                    return;
                }
            } else if (each.event()) {
                CompletionCode code = isShort ? CompletionCode.SHORT_PACKET : CompletionCode.SUCCESS;
                event(slot, dci, each, each.length() - here, code);
            }
        }
    }

    private boolean control(int slot, Slot device, Ring ring, List<Placed> td) {
        SetupPacket setup = ((Trb.SetupStage) td.getFirst().trb()).setup();
        List<Placed> stage = td.subList(1, td.size() - 1);
        MemorySegment data = gather(stage);
        long moved = device.device.control(setup, data);
        if (moved < 0) {
            ring.state = EndpointState.HALTED;
            event(slot, 1, td.getFirst(), 0, failure(moved));
            return true;
        }
        if (setup.toHost() && !stage.isEmpty()) {
            scatter(data.asSlice(0, moved), stage);
            if (moved < data.byteSize()) {
                report(slot, 1, stage, moved, true);
            }
        }
        event(slot, 1, td.getLast(), 0, CompletionCode.SUCCESS);
        return true;
    }

    private static CompletionCode failure(long status) {
        return status == FakeUsbDevice.STALL ? CompletionCode.STALL_ERROR : CompletionCode.USB_TRANSACTION_ERROR;
    }

    private void event(int slot, int dci, Placed at, int residue, CompletionCode code) {
        post(new Trb.TransferEvent(at.at(), residue, code, false, slot, dci));
    }

    private static long buffer(Trb trb) {
        return trb instanceof Trb.Normal n ? n.buffer() : trb instanceof Trb.DataStage d ? d.buffer() : 0;
    }

    private MemorySegment gather(List<Placed> td) {
        long bytes = td.stream().mapToLong(Placed::length).sum();
        MemorySegment all = Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes);
        long at = 0;
        for (Placed each : td) {
            if (each.length() > 0) {
                long buffer = buffer(each.trb());
                if (buffer >>> 16 != buffer + each.length() - 1 >>> 16) {
                    throw new AssertionError("a TRB crosses 64 KiB: " + each);
                }
                all.asSlice(at).copyFrom(memory(buffer, each.length()));
            }
            at += each.length();
        }
        return all;
    }

    private void scatter(MemorySegment data, List<Placed> td) {
        long at = 0;
        for (Placed each : td) {
            long count = Math.min(each.length(), data.byteSize() - at);
            if (count > 0) {
                memory(buffer(each.trb()), count).copyFrom(data.asSlice(at, count));
                at += count;
            }
        }
    }
}
