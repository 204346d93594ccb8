package ferrite.device.usbstick;

import ferrite.hw.bus.UsbOperation;
import ferrite.hw.usb.SetupPacket;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.device.Device;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One USB stick: serves `hw.NAME:`, on which a controller does the packets of one port ([UsbOperation]).
///
/// What needs no byte of the image is answered inside [#handle], unless the device is not ready for it. Data moves between
/// the image and the asker's buffer without a copy in between, by rings: several packets of a command at once, and no
/// thread waits for them.
final class UsbStick implements Device, AsyncScheme {
    /// Layout of [#save]'s bytes.
    static final int STATE_VERSION = 2;

    private static final Logger LOG = System.getLogger(UsbStick.class.getName());

    private final Context context;
    private final Settings table;
    private @Nullable Parts parts;

    /// What exists from start to stop.
    private record Parts(
            StickSettings settings,
            ImageFile image,
            ScsiDisk disk,
            BulkOnlyTransport transport,
            BulkPipes pipes,
            ControlEndpoint control,
            SchemeSocket socket) {}

    @Inject
    UsbStick(Context context, Settings settings) {
        this.context = context;
        this.table = settings;
    }

    @Override
    public void start() {
        Parts made = make();
        made.image.open();
        parts = made;
        LOG.log(
                Level.DEBUG,
                "{0}: {1} bytes of {2}, {3}",
                made.socket.name(),
                Long.toString(made.image.bytes()),
                made.settings.image(),
                made.settings.readOnly() ? "read only" : "writable");
    }

    private Parts make() {
        StickSettings settings = StickSettings.of(table, context.name());
        ImageFile image = new ImageFile(context, settings);
        ScsiDisk disk = new ScsiDisk(settings, image);
        BulkOnlyTransport transport = new BulkOnlyTransport(disk, image);
        return new Parts(
                settings,
                image,
                disk,
                transport,
                new BulkPipes(transport),
                new ControlEndpoint(settings, transport),
                context.serve(new SchemeName("hw." + context.name())));
    }

    @Override
    public int poll(int budget) {
        Parts now = running();
        int found = now.image.poll();
        boolean ended = false;
        for (Optional<ImageOperation> next = now.image.takeEnded(); next.isPresent(); next = now.image.takeEnded()) {
            now.transport.ended(next.get());
            ended = true;
        }
        if (ended) {
            now.pipes.run();
        }
        return found + now.socket.poll(budget, this);
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
            case UsbOperation.BULK_OUT -> bulkOut(now, request);
            case UsbOperation.BULK_IN -> bulkIn(now, request);
            case UsbOperation.CONTROL -> control(now, request);
            case UsbOperation.PORT_STATUS ->
                request.complete(0, now.settings.speed().psi());
            case UsbOperation.PORT_RESET -> {
                now.pipes.abort(Errno.EIO);
                now.control.reset();
                now.transport.restart();
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private static void bulkOut(Parts now, Request request) {
        if (request.file() != BulkPipes.OUT_ENDPOINT || !now.control.isConfigured()) {
            request.fail(Errno.EINVAL);
        } else if (request.hasBuffer() && !request.buffer().access().canRead()) {
            request.fail(Errno.EFAULT);
        } else {
            now.pipes.receive(request);
        }
    }

    private static void bulkIn(Parts now, Request request) {
        if (request.file() != BulkPipes.IN_ENDPOINT || !now.control.isConfigured()) {
            request.fail(Errno.EINVAL);
        } else if (request.hasBuffer() && !request.buffer().access().canWrite()) {
            request.fail(Errno.EFAULT);
        } else {
            now.pipes.send(request);
        }
    }

    private static void control(Parts now, Request request) {
        SetupPacket setup = SetupPacket.ofLong(request.additional1());
        MemorySegment data = MemorySegment.NULL;
        if (request.hasBuffer()) {
            BufferSlice buffer = request.buffer();
            if (setup.toHost() ? !buffer.access().canWrite() : !buffer.access().canRead()) {
                request.fail(Errno.EFAULT);
                return;
            }
            data = buffer.segment();
        }
        boolean configured = now.control.isConfigured();
        long moved = now.control.transfer(setup, data);
        if (configured && !now.control.isConfigured()) {
            now.pipes.abort(Errno.EIO);
        } else {
            now.pipes.run();
        }
        if (moved == Handshake.STALL) {
            request.fail(Errno.EPIPE);
        } else {
            request.complete(moved);
        }
    }

    @Override
    public void cancel(Request request) {
        running().pipes.cancel(request);
    }

    @Override
    public void detached(int ring) {
        running().pipes.run();
    }

    /// Packets that wait for the host's next step may stay in the runtime; what the image has in work ends first.
    @Override
    public boolean isQuiet() {
        return running().image.isIdle();
    }

    @Override
    public PluginState save() {
        Parts now = running();
        StateWriter state = new StateWriter().i64(now.image.descriptor());
        now.disk.save(state);
        now.transport.save(state);
        now.control.save(state);
        now.pipes.forget();
        parts = null;
        return state.toState(STATE_VERSION);
    }

    @Override
    public void restore(PluginState state) {
        if (state.version() != STATE_VERSION) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "state version " + state.version() + "; this build reads " + STATE_VERSION);
        }
        Parts made = make();
        StateReader reader = new StateReader(state);
        made.image.adopt(reader.i64("descriptor", 0, Long.MAX_VALUE));
        made.disk.restore(reader);
        made.transport.restore(reader);
        made.control.restore(reader);
        reader.end();
        made.pipes.adopt(made.socket.outstanding(), UsbOperation.BULK_OUT);
        parts = made;
    }

    @Override
    public void stop() {
        Parts now = parts;
        parts = null;
        if (now != null) {
            now.pipes.forget();
            LOG.log(Level.DEBUG, "{0}: stopped", now.socket.name());
        }
    }
}
