package ferrite.driver.pcid;

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

/// Starts driver plug-ins by writing their settings to `spawn:PLUGIN`.
///
/// The write is not waited for: the new driver may ask us something before the kernel answers.
final class DriverStarter {
    private record Start(String plugin, PciFunction function, long file, BufferSlice text) {}

    private static final System.Logger LOG = System.getLogger(DriverStarter.class.getName());

    private final ConsumerInstance kernel;
    private final BufferPool pool;
    private final Map<Long, Start> running = new HashMap<>();
    private long nextTag = 1;

    DriverStarter(Context context) {
        this.kernel = context.kernel();
        this.pool = context.pool();
    }

    /// Asks for an instance that drives this function. A failure is one warning; the other functions go on.
    void start(PciFunction function, DriverEntry driver) {
        byte[] text = settings(function, driver).getBytes(StandardCharsets.UTF_8);
        try {
            long file = kernel.open(pool, "spawn:" + driver.plugin(), OpenFlags.WRONLY);
            BufferSlice slice = pool.acquire(text.length, 1);
            MemorySegment.copy(text, 0, slice.segment(), ValueLayout.JAVA_BYTE, 0, text.length);
            long tag = nextTag++;
            running.put(tag, new Start(driver.plugin(), function, file, slice));
            SubmissionQueueEntry write =
                    SubmissionQueueEntry.of(Opcode.PWRITE).withFd(file).withUserData(tag);
            if (!kernel.submit(write, slice)) {
                finish(new CompletionQueueEntry(tag, Errno.EAGAIN.status(), 0, 0));
            }
        } catch (SchemeException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "pci: cannot start {0} for {1}: {2}",
                    driver.plugin(),
                    function.address(),
                    failed.getMessage());
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
                    "pci: {0} for {1} did not start: {2}",
                    start.plugin(),
                    start.function().address(),
                    Errno.describe(completion.status()));
        }
    }

    /// Whether all starts were answered.
    boolean isIdle() {
        return running.isEmpty();
    }

    private static String settings(PciFunction function, DriverEntry driver) {
        StringBuilder text = new StringBuilder();
        text.append("instance=")
                .append(driver.plugin())
                .append('@')
                .append(function.address())
                .append('\n');
        text.append("address=").append(function.address()).append('\n');
        text.append("name=").append(function.friendlyName()).append('\n');
        text.append("scheme=pci\n");
        driver.arguments().forEach(argument -> text.append(argument).append('\n'));
        return text.toString();
    }
}
