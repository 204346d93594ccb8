package ferrite.device.xhcicontroller;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.EndpointType;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.InputControlContext;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.RuntimeRegisters;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.Trb;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A controller with one device, and a small driver for it, written from the specification.
final class ControllerRig {
    static final long BAR = 0xE000_0000L;
    static final int OPERATIONAL = 0x40;
    static final int RUNTIME = 0x1000;
    static final int INTERRUPTER_0 = RUNTIME + 0x20;
    static final int DOORBELLS = 0x2000;
    static final int MSIX_TABLE = 0x3000;
    static final int MSIX_CONTROL = 0x92;
    static final int EVENT_TRBS = 16;
    static final int BULK_IN = 3;
    static final int BULK_OUT = 4;

    private static final int PACKET_BYTES = 1024;

    private final FakeContext context = new FakeContext("xhci0");
    private final RigMemory memory;
    private final FakeUsbDevice device;
    private final TestSettings settings;
    private XhciController controller;
    private final FakeRequest listener;

    private final DriverRing commands;
    private final long deviceContexts;
    private final long output;
    private final long input;
    private final List<long[]> eventSegments = new ArrayList<>();
    private int eventSegment;
    private int eventIndex;
    private boolean eventCycle = true;

    ControllerRig() {
        this(4, 1);
    }

    ControllerRig(int speed, int eventSegmentCount) {
        this(speed, eventSegmentCount, new FakeMemory());
    }

    private ControllerRig(int speed, int eventSegmentCount, RigMemory memory) {
        this.memory = memory;
        commands = new DriverRing(memory);
        deviceContexts = memory.allocate(65 * 8);
        output = memory.allocate(32 * 32);
        input = memory.allocate(33 * 32);
        device = new FakeUsbDevice(speed);
        context.server("hw.stick0", device::serve);
        settings = TestSettings.of("child", List.of(TestSettings.of("name", "stick0", "port", 1)));
        controller = new XhciController(context, settings, memory);
        controller.start();
        for (int i = 0; i < eventSegmentCount; i++) {
            eventSegments.add(new long[] {memory.allocate(EVENT_TRBS * 16L)});
        }
        listener = send(SubmissionQueueEntry.of(PciBusOperation.AWAIT_MESSAGE).withFlags(SqeFlags.SUBSCRIBE));
    }

    /// A controller that runs, with an unmasked vector 0, its port changes read and its events dequeued.
    static ControllerRig running() {
        return running(new FakeMemory());
    }

    private static ControllerRig running(RigMemory memory) {
        ControllerRig rig = new ControllerRig(4, 1, memory);
        rig.begin();
        rig.events();
        return rig;
    }

    /// A controller whose device has slot 1 and two bulk endpoints.
    static ControllerRig configured(DriverRing[] bulk) {
        return configured(bulk, new FakeMemory());
    }

    /// The same in other memory.
    static ControllerRig configured(DriverRing[] bulk, RigMemory memory) {
        ControllerRig rig = running(memory);
        bulk[0] = new DriverRing(rig.memory);
        bulk[1] = new DriverRing(rig.memory);
        rig.command(new Trb.EnableSlot(0));
        rig.address(new DriverRing(rig.memory), false);
        rig.configure(bulk[0].base(), bulk[1].base());
        rig.events();
        rig.listener.events().clear();
        return rig;
    }

    FakeContext context() {
        return context;
    }

    RigMemory memory() {
        return memory;
    }

    FakeUsbDevice device() {
        return device;
    }

    FakeRequest listener() {
        return listener;
    }

    XhciController controller() {
        return controller;
    }

    XhciController another() {
        return new XhciController(context, settings, memory);
    }

    DriverRing commands() {
        return commands;
    }

    void swap() {
        PluginState state = controller.save();
        controller = another();
        controller.restore(state);
    }

    FakeRequest send(SubmissionQueueEntry entry) {
        FakeRequest request = FakeRequest.of(entry);
        context.socket("hw.xhci0").ask(request);
        controller.poll(16);
        return request;
    }

    long config(int at, int length) {
        return send(SubmissionQueueEntry.of(PciBusOperation.CONFIG_READ).withAddress(at, length))
                .extra();
    }

    void config(int at, int length, long value) {
        send(SubmissionQueueEntry.of(PciBusOperation.CONFIG_WRITE)
                .withAddress(at, length)
                .withAdditional(value, 0));
    }

    FakeRequest access(int opcode, long offset, int length, long value) {
        return send(SubmissionQueueEntry.of(opcode)
                .withAddress(BAR + offset, length)
                .withAdditional(value, 0));
    }

    int read(int offset) {
        return (int) access(PciBusOperation.MEMORY_READ, offset, 4, 0).extra();
    }

    void write(int offset, int value) {
        access(PciBusOperation.MEMORY_WRITE, offset, 4, value & 0xFFFF_FFFFL);
    }

    void write64(int offset, long value) {
        access(PciBusOperation.MEMORY_WRITE, offset, 8, value);
    }

    int operational(int register) {
        return read(OPERATIONAL + register);
    }

    int portsc(int port) {
        return read(OPERATIONAL + OperationalRegisters.PORTS + 16 * (port - 1));
    }

    void portsc(int port, int value) {
        write(OPERATIONAL + OperationalRegisters.PORTS + 16 * (port - 1), value);
    }

    /// Gives the function its address and unmasks vector 0: message 0x41 to 0xFEE00000.
    void map() {
        config(ConfigSpace.BAR0, 4, BAR);
        config(ConfigSpace.BAR0 + 4, 4, 0);
        config(ConfigSpace.COMMAND, 2, ConfigSpace.COMMAND_MEMORY | ConfigSpace.COMMAND_BUS_MASTER);
        config(MSIX_CONTROL, 2, 0x8000);
        write64(MSIX_TABLE, 0xFEE0_0000L);
        write(MSIX_TABLE + 8, 0x41);
        write(MSIX_TABLE + 12, 0);
    }

    void begin() {
        map();
        write(OPERATIONAL + OperationalRegisters.CONFIG, 64);
        write64(OPERATIONAL + OperationalRegisters.DCBAAP, deviceContexts);
        write64(OPERATIONAL + OperationalRegisters.CRCR, commands.base() | 1);
        long table = memory.allocate(eventSegments.size() * 16L);
        for (int i = 0; i < eventSegments.size(); i++) {
            new EventRingSegmentTableEntry(eventSegments.get(i)[0], EVENT_TRBS)
                    .encode(memory.at(table + 16L * i, 16), 0);
        }
        write(INTERRUPTER_0 + RuntimeRegisters.ERSTSZ, eventSegments.size());
        write64(INTERRUPTER_0 + RuntimeRegisters.ERDP, eventSegments.getFirst()[0]);
        write64(INTERRUPTER_0 + RuntimeRegisters.ERSTBA, table);
        write(INTERRUPTER_0 + RuntimeRegisters.IMAN, RuntimeRegisters.IMAN_ENABLE);
        write(
                OPERATIONAL + OperationalRegisters.USBCMD,
                OperationalRegisters.USBCMD_RUN | OperationalRegisters.USBCMD_INTERRUPTER_ENABLE);
    }

    /// Reads events without telling the controller.
    List<Trb> peekEvents() {
        List<Trb> events = new ArrayList<>();
        while (Trb.cycle(memory.at(eventPlace(), 16), 0) == eventCycle) {
            events.add(Trb.decode(memory.at(eventPlace(), 16), 0));
            if (++eventIndex == EVENT_TRBS) {
                eventIndex = 0;
                if (++eventSegment == eventSegments.size()) {
                    eventSegment = 0;
                    eventCycle = !eventCycle;
                }
            }
        }
        return events;
    }

    private long eventPlace() {
        return eventSegments.get(eventSegment)[0] + 16L * eventIndex;
    }

    /// Tells the controller that everything was read and that the handler is done.
    void dequeue() {
        write64(INTERRUPTER_0 + RuntimeRegisters.ERDP, eventPlace() | RuntimeRegisters.ERDP_EVENT_HANDLER_BUSY);
    }

    List<Trb> events() {
        List<Trb> events = peekEvents();
        dequeue();
        return events;
    }

    void doorbell(int slot, int target) {
        write(DOORBELLS + 4 * slot, target);
    }

    /// Sends one command.
    ///
    /// @return its completion
    Trb.CommandCompletionEvent command(Trb command) {
        long at = commands.put(command);
        doorbell(0, 0);
        return events().stream()
                .filter(Trb.CommandCompletionEvent.class::isInstance)
                .map(Trb.CommandCompletionEvent.class::cast)
                .filter(event -> event.trb() == at)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no completion for " + command));
    }

    CompletionCode code(Trb command) {
        return command(command).code();
    }

    long input() {
        return input;
    }

    long output() {
        return output;
    }

    /// Writes one context of the input context.
    MemorySegment inputPiece(int place) {
        return memory.at(input + 32L * place, 32);
    }

    void fillAddress(long ring, int port) {
        InputControlContext.of(0, 3).encode(inputPiece(0), 0);
        SlotContext.atRootHub(4, 1, port).encode(inputPiece(1), 0);
        EndpointContext.of(EndpointType.CONTROL, new EndpointContext.Packets(512, 0, 0), ring, 8)
                .encode(inputPiece(2), 0);
        memory.at(deviceContexts + 8, 8).set(ValueLayout.JAVA_LONG, 0, output);
    }

    CompletionCode address(DriverRing ring, boolean blockSetAddress) {
        fillAddress(ring.base(), 1);
        return code(new Trb.AddressDevice(input, 1, blockSetAddress));
    }

    CompletionCode configure(long in, long out) {
        InputControlContext.of(0, 1 | 1 << BULK_IN | 1 << BULK_OUT).encode(inputPiece(0), 0);
        SlotContext.atRootHub(4, BULK_OUT, 1).encode(inputPiece(1), 0);
        EndpointContext.Packets packets = new EndpointContext.Packets(PACKET_BYTES, 15, 0);
        EndpointContext.of(EndpointType.BULK_IN, packets, in, 1024).encode(inputPiece(BULK_IN + 1), 0);
        EndpointContext.of(EndpointType.BULK_OUT, packets, out, 1024).encode(inputPiece(BULK_OUT + 1), 0);
        return code(new Trb.ConfigureEndpoint(input, 1, false));
    }

    SlotContext slotContext() {
        return SlotContext.decode(memory.at(output, 32), 0);
    }

    EndpointContext endpointContext(int index) {
        return EndpointContext.decode(memory.at(output + 32L * index, 32), 0);
    }

    EndpointState state(int index) {
        return endpointContext(index).state();
    }

    /// A Normal TRB that asks for an event.
    static Trb normal(long buffer, int length, int flags) {
        return new Trb.Normal(buffer, length, 0, 0, flags | Trb.INTERRUPT_ON_COMPLETION);
    }

    byte[] bytes(long address, int length) {
        return memory.at(address, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
