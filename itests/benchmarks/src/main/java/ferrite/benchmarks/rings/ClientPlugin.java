package ferrite.benchmarks.rings;

import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Asks the server many times in one turn, whenever it is asked to.
final class ClientPlugin implements Plugin, AsyncScheme {
    /// `additional1` requests in batches of `additional2`.
    static final int ROUND = 201;

    private final Context context;
    private @Nullable SchemeSocket socket;
    private InlineKernel.@Nullable Batches server;

    ClientPlugin(Context context) {
        this.context = context;
    }

    @Override
    public void start() {
        socket = context.serve(new SchemeName("client"));
        server = new InlineKernel.Batches(
                context.connect(ServerPlugin.NAME, RingParameters.DEFAULT),
                SubmissionQueueEntry.of(ServerPlugin.NOTHING));
    }

    @Override
    public int poll(int budget) {
        return Objects.requireNonNull(socket).poll(budget, this);
    }

    @Override
    public void handle(Request request) {
        if (request.opcode() != ROUND) {
            request.complete(0);
            return;
        }
        InlineKernel.Batches batches = Objects.requireNonNull(server);
        int batch = (int) request.additional2();
        for (long done = 0; done < request.additional1(); done += batch) {
            batches.run(batch);
        }
        request.complete(0);
    }

    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED);
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public PluginState save() {
        return new PluginState(1, new byte[0]);
    }

    @Override
    public void restore(PluginState state) {
        start();
    }

    @Override
    public void stop() {}
}
