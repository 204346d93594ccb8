package ferrite.driver.xhcid;

import ferrite.hw.usb.UsbDescriptor;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Starts class drivers by writing their settings to `spawn:PLUGIN`, once per interface and connection.
///
/// The write is not waited for: the new driver may ask us something before the kernel answers.
final class ClassDriverStarter {
    private record Start(String instance, long file, BufferSlice text) {}

    private static final System.Logger LOG = System.getLogger(ClassDriverStarter.class.getName());

    private final ConsumerInstance kernel;
    private final BufferPool pool;
    private final ClassDriverTable drivers;
    private final XhciNames names;
    private final Map<Long, Start> running = new HashMap<>();
    private long nextTag;

    /// @param firstTag first user data on the kernel ring that is ours
    ClassDriverStarter(Context context, ClassDriverTable drivers, XhciNames names, long firstTag) {
        this.kernel = context.kernel();
        this.pool = context.pool();
        this.drivers = drivers;
        this.names = names;
        this.nextTag = firstTag;
    }

    /// Starts what the table names for the interfaces of the first configuration.
    void startFor(DeviceSlot device) {
        device.info()
                .flatMap(info -> info.configurations().stream().findFirst())
                .ifPresent(configuration -> {
                    boolean first = true;
                    for (UsbConfiguration.Alternate alternate : configuration.defaults()) {
                        var driver = drivers.driverOf(alternate.header().usbClass());
                        if (driver.isPresent()) {
                            start(
                                    device,
                                    configuration,
                                    alternate.header(),
                                    driver.get().plugin(),
                                    first);
                            first = false;
                        }
                    }
                });
    }

    private void start(
            DeviceSlot device,
            UsbConfiguration configuration,
            UsbDescriptor.Interface header,
            String plugin,
            boolean first) {
        String name = names.friendly() + "-port" + device.port() + (first ? "" : "-if" + header.number());
        String instance = plugin + '@' + name;
        String text = "instance=" + instance
                + "\nscheme=" + names.scheme()
                + "\nport=" + device.port()
                + "\nconfiguration=" + configuration.header().value()
                + "\ninterface=" + header.number()
                + "\nalternate=" + header.alternate()
                + "\nname=" + name
                + '\n';
        try {
            write(plugin, instance, text.getBytes(StandardCharsets.UTF_8));
        } catch (SchemeException failed) {
            LOG.log(System.Logger.Level.WARNING, "xhci: cannot start {0}: {1}", instance, failed.getMessage());
        }
    }

    private void write(String plugin, String instance, byte[] text) {
        long file = kernel.open(pool, "spawn:" + plugin, OpenFlags.WRONLY);
        BufferSlice slice = pool.acquire(text.length, 1);
        MemorySegment.copy(text, 0, slice.segment(), ValueLayout.JAVA_BYTE, 0, text.length);
        long tag = nextTag++;
        running.put(tag, new Start(instance, file, slice));
        SubmissionQueueEntry entry =
                SubmissionQueueEntry.of(Opcode.PWRITE).withFd(file).withUserData(tag);
        if (!kernel.submit(entry, slice)) {
            finish(new CompletionQueueEntry(tag, Errno.EAGAIN.status(), 0, 0));
        }
    }

    /// Takes a completion of the kernel ring that may be one of ours.
    void finish(CompletionQueueEntry completion) {
        Start start = running.remove(completion.userData());
        if (start == null) {
            return;
        }
        start.text().close();
        kernel.call(SubmissionQueueEntry.of(Opcode.CLOSE).withFd(start.file()));
        if (completion.isError()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "xhci: {0} did not start: {1}",
                    start.instance(),
                    Errno.describe(completion.status()));
        }
    }

    /// Whether all starts were answered.
    boolean isIdle() {
        return running.isEmpty();
    }

    long nextTag() {
        return nextTag;
    }
}
