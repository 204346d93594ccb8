package ferrite.device.pcihostbridge;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.device.Device;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import ferrite.spi.scheme.Stat;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One host bridge: serves `hw.NAME:` to drivers, has a ring to every function behind it, and passes their messages to
/// `irq:msi`.
///
/// Accesses to functions are forwarded and answered when the function answers; everything else is answered inside
/// [#handle].
final class PciHostBridge implements Device, AsyncScheme {
    /// Layout of [#save]'s bytes.
    static final int STATE_VERSION = 1;

    private static final Logger LOG = System.getLogger(PciHostBridge.class.getName());
    private static final int FUNCTIONS_MAX = 256;

    private final Context context;
    private final Settings table;
    private @Nullable Parts parts;

    /// What exists from start to stop.
    private record Parts(BridgeFiles files, MessagePort messages, PciBus bus, SchemeSocket socket) {}

    @Inject
    PciHostBridge(Context context, Settings settings) {
        this.context = context;
        this.table = settings;
    }

    @Override
    public void start() {
        BridgeSettings settings = BridgeSettings.of(table);
        BridgeFiles files = new BridgeFiles(settings.window());
        MessagePort messages = MessagePort.open(context);
        List<FunctionLink> links = new ArrayList<>();
        for (BridgeSettings.Child child : settings.children()) {
            FunctionLink link = new FunctionLink(
                    child.address(), context.connect(child.scheme(), FunctionLink.PARAMETERS), messages);
            link.size();
            link.arm();
            links.add(link);
        }
        PciBus bus = new PciBus(links, files);
        bus.route();
        parts = new Parts(files, messages, bus, context.serve(name()));
        LOG.log(Level.DEBUG, "{0}: {1} functions behind the bridge", name(), links.size());
    }

    private SchemeName name() {
        return new SchemeName("hw." + context.name());
    }

    @Override
    public int poll(int budget) {
        Parts now = running();
        int work = now.socket.poll(budget, this);
        for (FunctionLink link : now.bus.links()) {
            work += link.turn(now.bus);
        }
        return work + now.messages.turn();
    }

    private Parts running() {
        Parts now = parts;
        if (now == null) {
            throw new IllegalStateException(context.name() + " is not running");
        }
        return now;
    }

    @Override
    public void handle(Request request) {
        Parts now = running();
        switch (request.opcode()) {
            case PciBusOperation.MEMORY_READ, PciBusOperation.MEMORY_WRITE -> memory(now, request);
            case PciBusOperation.CONFIG_READ, PciBusOperation.CONFIG_WRITE -> config(now, request);
            default -> {
                if (request.opcode() >= Opcode.PRIVATE_MIN) {
                    request.fail(Errno.ENOSYS);
                } else {
                    file(now.files, request);
                }
            }
        }
    }

    private static void memory(Parts now, Request request) {
        if (!(now.files.find(request.file()) instanceof BridgeFiles.OpenFile.Window window)) {
            request.fail(Errno.EBADF);
        } else if (!isAligned(request, Long.BYTES)) {
            request.fail(Errno.EINVAL);
        } else {
            long at = window.range().base() + request.address();
            if (request.address() < 0 || !window.range().contains(at, request.length())) {
                request.fail(Errno.EFAULT);
            } else {
                now.bus.memory(request, at);
            }
        }
    }

    private static void config(Parts now, Request request) {
        if (!(now.files.find(request.file()) instanceof BridgeFiles.OpenFile.Ecam)) {
            request.fail(Errno.EBADF);
        } else if (!isAligned(request, Integer.BYTES)) {
            request.fail(Errno.EINVAL);
        } else if (request.address() < 0 || request.address() >= PciAddress.ECAM_SEGMENT_BYTES) {
            request.fail(Errno.EFAULT);
        } else {
            now.bus.config(request);
        }
    }

    private static boolean isAligned(Request request, int lengthMax) {
        long length = request.length();
        return length >= 1
                && length <= lengthMax
                && Long.bitCount(length) == 1
                && (request.address() & (length - 1)) == 0;
    }

    private static void file(BridgeFiles files, Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> request.complete(files.open(request.ring(), path));
            case Operation.Close(long file) -> {
                if (files.close(file)) {
                    request.complete(0);
                } else {
                    request.fail(Errno.EBADF);
                }
            }
            case Operation.Read(long file, long offset, BufferSlice into) -> {
                if (required(files, file) instanceof BridgeFiles.OpenFile.Text text) {
                    request.complete(copy(files.text(text), offset, into));
                } else {
                    request.fail(Errno.EINVAL);
                }
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                BridgeFiles.OpenFile open = required(files, file);
                byte[] stat = new byte[(int) Stat.BYTES];
                new Stat(files.size(open), 1, mode(open)).encode(MemorySegment.ofArray(stat), 0);
                request.complete(copy(stat, 0, into));
            }
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(
                        copy(BridgeFiles.path(required(files, file)).getBytes(StandardCharsets.UTF_8), 0, into));
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private static BridgeFiles.OpenFile required(BridgeFiles files, long number) {
        BridgeFiles.OpenFile file = files.find(number);
        if (file == null) {
            throw new SchemeException(Errno.EBADF, "file " + number);
        }
        return file;
    }

    private static int mode(BridgeFiles.OpenFile file) {
        return switch (file) {
            case BridgeFiles.OpenFile.Text text -> text.path().isEmpty() ? Stat.MODE_DIRECTORY : Stat.MODE_FILE;
            case BridgeFiles.OpenFile.Ecam _, BridgeFiles.OpenFile.Window _ -> Stat.MODE_CHARACTER;
        };
    }

    private static long copy(byte[] bytes, long offset, BufferSlice into) {
        if (!into.access().canWrite()) {
            throw new SchemeException(Errno.EFAULT, "buffer is read only");
        }
        if (offset < 0 || offset >= bytes.length) {
            return 0;
        }
        long length = Math.min(bytes.length - offset, into.length());
        MemorySegment.copy(MemorySegment.ofArray(bytes), offset, into.segment(), 0, length);
        return length;
    }

    @Override
    public void cancel(Request request) {
        for (FunctionLink link : running().bus.links()) {
            link.cancel(request);
        }
    }

    @Override
    public void detached(int ring) {
        running().files.detached(ring);
    }

    @Override
    public boolean isQuiet() {
        for (FunctionLink link : running().bus.links()) {
            if (!link.isQuiet()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public PluginState save() {
        Parts now = running();
        StateWriter state = new StateWriter();
        now.files.save(state);
        now.messages.save(state);
        state.i32(now.bus.links().size());
        for (FunctionLink link : now.bus.links()) {
            link.save(state);
        }
        now.bus.save(state);
        parts = null;
        return state.toState(STATE_VERSION);
    }

    @Override
    public void restore(PluginState state) {
        if (state.version() != STATE_VERSION) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "state version " + state.version() + "; this build reads " + STATE_VERSION);
        }
        StateReader reader = new StateReader(state);
        BridgeFiles files = new BridgeFiles(BridgeSettings.of(table).window());
        files.restore(reader);
        MessagePort messages = MessagePort.restore(context, reader);
        List<FunctionLink> links = new ArrayList<>();
        int count = reader.i32("functions", 0, FUNCTIONS_MAX);
        for (int i = 0; i < count; i++) {
            PciAddress address = PciAddress.ofPacked(
                    reader.i32("address of a function", 1, PciAddress.DEVICES_MAX * PciAddress.FUNCTIONS_MAX - 1));
            int ring = reader.i32("ring of a function", Integer.MIN_VALUE, Integer.MAX_VALUE);
            FunctionLink link = new FunctionLink(address, context.ring(ring), messages);
            link.restore(reader);
            links.add(link);
        }
        PciBus bus = new PciBus(links, files);
        bus.restore(reader);
        reader.end();
        parts = new Parts(files, messages, bus, context.serve(name()));
    }

    @Override
    public void stop() {
        parts = null;
        LOG.log(Level.DEBUG, "{0}: stopped", name());
    }
}
