package ferrite.driver.usbscsid;

import ferrite.driver.usbscsid.BulkOnlyTransport.Progress;
import ferrite.spi.context.Context;
import ferrite.spi.driver.Driver;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The driver's life: find out what the disk is, then carry out requests. Ends when the disk is unplugged.
///
/// At a swap the command in work goes on without us, and the queue is handed over with the numbers of its requests.
final class ScsiDiskDriver implements Driver {
    private static final System.Logger LOG = System.getLogger(ScsiDiskDriver.class.getName());

    /// Everything that exists while the driver runs.
    private record Running(
            SchemeSocket socket,
            UsbPipes pipes,
            Scratch scratch,
            BulkOnlyTransport transport,
            DiskGeometry geometry,
            DiskQueue queue,
            OpenFiles files,
            DiskScheme scheme) {}

    private final Context context;
    private final Settings settings;
    private @Nullable Running running;

    @Inject
    ScsiDiskDriver(Context context, Settings settings) {
        this.context = context;
        this.settings = settings;
    }

    @Override
    public void start() {
        DiskSettings disk = DiskSettings.of(settings);
        UsbPipes pipes = UsbPipes.open(context, disk);
        Scratch scratch = Scratch.acquire(context.pool());
        BulkOnlyTransport transport = new BulkOnlyTransport(context, pipes, scratch, Progress.IDLE);
        DiskGeometry geometry = new DiskProbe(context, pipes, transport, scratch).probe();
        running = run(context.serve(disk.diskScheme()), pipes, scratch, transport, geometry);
        LOG.log(
                System.Logger.Level.INFO,
                "{0}: {1} {2}, {3} blocks of {4} bytes{5}",
                disk.diskScheme(),
                geometry.vendor(),
                geometry.model(),
                Long.toString(geometry.blocks()),
                Integer.toString(geometry.blockBytes()),
                geometry.readOnly() ? ", write protected" : "");
    }

    private Running run(
            SchemeSocket socket, UsbPipes pipes, Scratch scratch, BulkOnlyTransport transport, DiskGeometry geometry) {
        DiskQueue queue = new DiskQueue(context, transport, scratch, geometry);
        OpenFiles files = new OpenFiles();
        DiskScheme scheme = new DiskScheme(geometry, queue, files);
        return new Running(socket, pipes, scratch, transport, geometry, queue, files, scheme);
    }

    @Override
    public int poll(int budget) {
        Running now = running();
        int found = now.queue().run();
        int handed = now.socket().poll(budget, now.scheme());
        if (handed > 0) {
            now.queue().run();
        }
        if (now.queue().isGone()) {
            // The end of this instance; xhcid starts another one when the disk comes back.
            throw new SchemeException(Errno.ENODEV, "the disk was unplugged");
        }
        return found + handed;
    }

    /// What is in work and in the queue does not count: it is handed over as it is.
    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public PluginState save() {
        Running now = running();
        return new DiskState(
                        now.pipes().ring().id(),
                        now.pipes().files(),
                        now.pipes().interfaceNumber(),
                        now.scratch().slice().offset(),
                        now.geometry(),
                        now.transport().progress(),
                        now.queue().stage(),
                        now.queue().requests().stream()
                                .map(DiskState.Queued::of)
                                .toList(),
                        now.files().nextNumber(),
                        now.files().all())
                .encode();
    }

    @Override
    public void restore(PluginState state) {
        DiskState saved = DiskState.decode(state);
        UsbPipes pipes = new UsbPipes(context.ring(saved.ring()), saved.pipes(), saved.interfaceNumber());
        Scratch scratch = Scratch.reattach(context.pool(), saved.scratch());
        BulkOnlyTransport transport = new BulkOnlyTransport(context, pipes, scratch, saved.progress());
        SchemeSocket socket = context.serve(DiskSettings.of(settings).diskScheme());
        Running successor = run(socket, pipes, scratch, transport, saved.geometry());
        successor.queue().restore(saved.stage(), requests(saved, socket));
        successor.files().restore(saved.files(), saved.nextFile());
        running = successor;
    }

    /// @throws SchemeException EBADMSG if a request of the state is not outstanding
    private static List<DiskRequest> requests(DiskState saved, SchemeSocket socket) {
        Map<Long, Request> outstanding = new HashMap<>();
        socket.outstanding().forEach(request -> outstanding.put(request.id(), request));
        List<DiskRequest> requests = new ArrayList<>();
        for (DiskState.Queued queued : saved.queue()) {
            Request request = outstanding.remove(queued.request());
            if (request == null) {
                throw new SchemeException(Errno.EBADMSG, "usbscsid state: no request " + queued.request());
            }
            requests.add(new DiskRequest(request, queued.kind(), queued.offset(), queued.length())
                    .resumed(queued.done(), queued.retries(), queued.cancelled()));
        }
        return requests;
    }

    @Override
    public void stop() {
        running = null;
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("usbscsid has not been started");
        }
        return now;
    }
}
