package ferrite.benchmarks.rings;

import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers everything at once.
final class ServerPlugin implements Plugin, AsyncScheme {
    static final SchemeName NAME = new SchemeName("server");

    /// An operation that does nothing.
    static final int NOTHING = 200;

    private final Context context;
    private @Nullable SchemeSocket socket;

    ServerPlugin(Context context) {
        this.context = context;
    }

    @Override
    public void start() {
        socket = context.serve(NAME);
    }

    @Override
    public int poll(int budget) {
        return Objects.requireNonNull(socket).poll(budget, this);
    }

    @Override
    public void handle(Request request) {
        request.complete(request.offset());
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
