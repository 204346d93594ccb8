package ferrite.benchmarks.rings;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.LaunchSpec;
import ferrite.spi.context.Context;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.ring.CompletionSink;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.util.Optional;

/// A kernel with an application, and with two plug-ins that have a ring between them, all driven by one thread.
final class InlineKernel implements AutoCloseable {
    private static final SubmissionQueueEntry NOP = SubmissionQueueEntry.of(Opcode.NOP);

    private final Kernel kernel = Kernel.boot(KernelParameters.DEFAULT);
    private final Application application = kernel.openApplication("benchmark");
    private final SubmissionQueueEntry round;
    private final Batches nops = new Batches(application.kernel(), NOP);

    InlineKernel() {
        launch("server", Layer.PERIPHERAL, ServerPlugin::new);
        launch("client", Layer.CLASS_DRIVER, ClientPlugin::new);
        long client = application.kernel().open(application.pool(), "client:", OpenFlags.RDWR);
        round = SubmissionQueueEntry.of(ClientPlugin.ROUND).withFd(client);
    }

    private void launch(String name, Layer layer, PluginOfContext plugin) {
        kernel.launch(new LaunchSpec(name, name, layer, Optional.empty()), (context, _, _) -> plugin.create(context));
    }

    /// Submits NOPs, lets the kernel serve them, and reaps them.
    long nops(int batch) {
        return nops.run(batch);
    }

    /// The client plug-in asks the server plug-in, on a ring that the kernel is not in the way of. One request to the
    /// client starts them all, because the ring is the client's and only its own turn may use it.
    ///
    /// @param operations all together, a multiple of `batch`
    long userToUser(int operations, int batch) {
        return application
                .kernel()
                .call(round.withAdditional(operations, batch))
                .valueOrThrow("user to user");
    }

    @Override
    public void close() {
        application.close();
        kernel.close();
    }

    /// Makes a plug-in.
    @FunctionalInterface
    interface PluginOfContext {
        Plugin create(Context context);
    }

    /// One entry, submitted and reaped again and again.
    static final class Batches implements CompletionSink {
        private final ConsumerInstance ring;
        private final SubmissionQueueEntry entry;
        private long sum;

        Batches(ConsumerInstance ring, SubmissionQueueEntry entry) {
            this.ring = ring;
            this.entry = entry;
        }

        long run(int batch) {
            for (int i = 0; i < batch; i++) {
                if (!ring.submit(entry, i)) {
                    throw new IllegalStateException("ring " + ring.id() + " takes no " + batch + " entries");
                }
            }
            ring.enter(batch);
            int reaped = ring.reap(this, batch);
            if (reaped != batch) {
                throw new IllegalStateException("ring " + ring.id() + " answered " + reaped + " of " + batch);
            }
            return sum;
        }

        @Override
        public void completed(long userData, long status, long flags, long extra) {
            sum += userData + status;
        }
    }
}
