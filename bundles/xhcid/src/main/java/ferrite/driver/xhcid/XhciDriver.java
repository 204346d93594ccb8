package ferrite.driver.xhcid;

import ferrite.spi.context.Context;
import ferrite.spi.driver.Driver;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemePath;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The driver's life: bring the controller up, then events, requests and ports, turn by turn.
///
/// At a swap everything stays in the controller's hands: rings, transfers in flight and devices go on while the
/// successor takes over, because they live in memory and in the runtime, not in this object.
final class XhciDriver implements Driver {
    private static final System.Logger LOG = System.getLogger(XhciDriver.class.getName());
    private static final RingParameters BRIDGE_RING = new RingParameters(256, 1024);
    private static final long POLL_NANOS = 1_000_000;
    private static final int REGISTERS_BAR = 0;

    private final Context context;
    private final Settings settings;
    private @Nullable XhciMachine machine;

    @Inject
    XhciDriver(Context context, Settings settings) {
        this.context = context;
        this.settings = settings;
    }

    @Override
    public void start() {
        XhciNames names = XhciNames.of(settings);
        // Served before the bring-up, so that clients that come early wait instead of failing.
        SchemeSocket socket = context.serve(names.schemeName());
        try (PciFunctionClient function = new PciFunctionClient(context, names)) {
            Map<Integer, Registers> bars = new HashMap<>();
            Registers registers = openBar(function, REGISTERS_BAR);
            bars.put(REGISTERS_BAR, registers);
            ControllerLayout layout = ControllerLayout.read(registers);
            BringUp bringUp = new BringUp(context, registers, layout);
            bringUp.reset();
            long interrupt = MessageInterrupt.enable(
                    context, function, bar -> bars.computeIfAbsent(bar, index -> openBar(function, index)));
            long dmaFile = context.kernel().open(context.pool(), "memory:dma/" + names.address(), OpenFlags.RDWR);
            DmaMemory dma = new DmaMemory(context.pool(), context.dmaMap(dmaFile));
            ControllerMemory memory = ControllerMemory.create(dma, layout);
            bringUp.run(memory);
            HostController controller = new HostController(context, registers, layout, dma, memory);
            XhciMachine started = XhciMachine.of(
                    context,
                    settings,
                    names,
                    socket,
                    XhciMachine.Counters.FIRST,
                    new XhciMachine.Files(dmaFile, interrupt),
                    controller);
            started.hub().lookAtAll();
            machine = started;
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: {1} ports, {2} slots",
                    names.scheme(),
                    layout.ports(),
                    layout.slots());
        }
        pollAgainWithoutInterrupt(machine());
    }

    private Registers openBar(PciFunctionClient function, int index) {
        SchemePath path = function.barPath(index);
        ConsumerInstance bridge = context.connect(new SchemeName(path.scheme()), BRIDGE_RING);
        long window = bridge.open(context.pool(), path.rest(), OpenFlags.RDWR);
        return new Registers(bridge, window, windowBytes(path));
    }

    /// The last part of `window/BASE/BYTES`, hexadecimal.
    static long windowBytes(SchemePath path) {
        return Long.parseUnsignedLong(path.rest().substring(path.rest().lastIndexOf('/') + 1), 16);
    }

    @Override
    public int poll(int budget) {
        XhciMachine now = machine();
        int found = now.poll(context, budget);
        pollAgainWithoutInterrupt(now);
        return found;
    }

    private void pollAgainWithoutInterrupt(XhciMachine now) {
        if (now.interrupt() == MessageInterrupt.NONE) {
            context.wakeAt(context.nanoTime() + POLL_NANOS);
        }
    }

    @Override
    public boolean isSettled() {
        return machine != null && machine.hub().isSettled() && machine.starter().isIdle();
    }

    /// Transfers in flight do not count: they are handed over as they are.
    @Override
    public boolean isQuiet() {
        return machine().starter().isIdle();
    }

    @Override
    public PluginState save() {
        XhciMachine now = machine();
        now.controller().flush();
        return XhciState.of(now).encode();
    }

    @Override
    public void restore(PluginState state) {
        XhciState saved = XhciState.decode(state);
        XhciNames names = XhciNames.of(settings);
        Map<Long, Request> requests = new HashMap<>();
        SchemeSocket socket = context.serve(names.schemeName());
        for (Request request : socket.outstanding()) {
            requests.put(request.id(), request);
        }
        machine = new XhciRestorer(context, settings, names, saved).restore(socket, requests);
        pollAgainWithoutInterrupt(machine());
    }

    @Override
    public void stop() {
        if (machine != null) {
            machine.controller().halt();
            machine = null;
        }
    }

    private XhciMachine machine() {
        XhciMachine now = machine;
        if (now == null) {
            throw new IllegalStateException("xhcid has not been started");
        }
        return now;
    }
}
