package ferrite.device.xhcicontroller;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.spi.context.Context;
import ferrite.spi.device.Device;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// One xHCI host controller: serves `hw.NAME:`, on which the bridge reads and writes its configuration space and memory
/// and waits for its messages ([PciBusOperation]); drives a ring to every device model behind its ports.
///
/// Register accesses are answered inside [#handle]; what they set off runs in [#poll], after all requests of that turn.
final class XhciController implements Device, AsyncScheme {
    /// Layout of [#save]'s bytes.
    static final int STATE_VERSION = 1;

    private static final Logger LOG = System.getLogger(XhciController.class.getName());

    private final Context context;
    private final Settings table;
    private final DeviceMemory memory;
    private @Nullable Core core;
    private @Nullable SchemeSocket socket;

    @Inject
    XhciController(Context context, Settings settings, DeviceMemory memory) {
        this.context = context;
        this.table = settings;
        this.memory = memory;
    }

    @Override
    public void start() {
        ControllerSettings settings = ControllerSettings.of(table);
        Core made = new Core(context, memory, settings.connectors());
        for (ControllerSettings.Child child : settings.children()) {
            plug(made, child);
        }
        socket = context.serve(name());
        core = made;
        LOG.log(
                Level.DEBUG,
                "{0}: {1} ports, {2} devices",
                name(),
                made.hub().count(),
                made.hub().links().size());
    }

    private SchemeName name() {
        return new SchemeName("hw." + context.name());
    }

    private void plug(Core made, ControllerSettings.Child child) {
        ConsumerInstance ring = context.connect(child.scheme(), PortLink.PARAMETERS);
        PortLink link = new PortLink(ring, made.engine());
        int speed = link.speed();
        if (speed == 0) {
            ring.close();
            throw new SchemeException(
                    Errno.ENODEV, child.where() + ": " + child.scheme() + " says that nothing is plugged in");
        }
        made.hub().plug(child.connector(), link, speed);
    }

    @Override
    public int poll(int budget) {
        int work = socket().poll(budget, this);
        return work + core().turn();
    }

    private Core core() {
        Core now = core;
        if (now == null) {
            throw new IllegalStateException(context.name() + " is not running");
        }
        return now;
    }

    private SchemeSocket socket() {
        SchemeSocket now = socket;
        if (now == null) {
            throw new IllegalStateException(context.name() + " is not running");
        }
        return now;
    }

    @Override
    public void handle(Request request) {
        switch (request.opcode()) {
            case PciBusOperation.MEMORY_READ, PciBusOperation.MEMORY_WRITE -> memory(request);
            case PciBusOperation.CONFIG_READ, PciBusOperation.CONFIG_WRITE -> config(request);
            case PciBusOperation.AWAIT_MESSAGE -> core().msix().listen(request);
            case PciBusOperation.RESET -> {
                core().powerOn();
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private void memory(Request request) {
        long length = request.length();
        if (!isAligned(request.address(), length, Long.BYTES)) {
            request.fail(Errno.EINVAL);
            return;
        }
        int offset = core().function().offset(request.address(), length);
        if (offset < 0) {
            request.fail(Errno.ENXIO);
        } else if (request.opcode() == PciBusOperation.MEMORY_READ) {
            request.complete(0, core().registers().read(offset, (int) length));
        } else {
            core().registers().write(offset, (int) length, request.additional1());
            request.complete(0);
        }
    }

    private void config(Request request) {
        long length = request.length();
        long at = request.address();
        if (!isAligned(at, length, Integer.BYTES) || at < 0 || at > ConfigSpace.EXTENDED_BYTES - length) {
            request.fail(Errno.EINVAL);
        } else if (request.opcode() == PciBusOperation.CONFIG_READ) {
            request.complete(0, core().function().read((int) at, (int) length));
        } else {
            core().function().write((int) at, (int) length, request.additional1());
            core().events().update();
            request.complete(0);
        }
    }

    private static boolean isAligned(long address, long length, int lengthMax) {
        return length >= 1 && length <= lengthMax && Long.bitCount(length) == 1 && (address & (length - 1)) == 0;
    }

    @Override
    public void cancel(Request request) {
        if (core().msix().forget(request)) {
            request.fail(Errno.ECANCELED);
        }
    }

    @Override
    public void detached(int ring) {
        core().msix().forgetDead();
    }

    /// Always: what is in flight to device models is part of the state.
    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public PluginState save() {
        Core now = core();
        StateWriter state = new StateWriter();
        PortLinks.save(now.hub(), state);
        now.save(state);
        now.msix().forgetAll();
        core = null;
        socket = null;
        return state.toState(STATE_VERSION);
    }

    @Override
    public void restore(PluginState state) {
        if (state.version() != STATE_VERSION) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "state version " + state.version() + "; this build reads " + STATE_VERSION);
        }
        StateReader reader = new StateReader(state);
        Core made = new Core(context, memory, ControllerSettings.of(table).connectors());
        PortLinks.restore(made, context, reader);
        made.restore(reader);
        reader.end();
        SchemeSocket served = context.serve(name());
        for (Request request : served.outstanding()) {
            made.msix().listen(request);
        }
        socket = served;
        core = made;
    }

    @Override
    public void stop() {
        core = null;
        socket = null;
        LOG.log(Level.DEBUG, "{0}: stopped", name());
    }
}
