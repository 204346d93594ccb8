package ferrite.testkit.conformance;

import ferrite.runtime.Kernel;
import ferrite.runtime.LaunchSpec;
import ferrite.runtime.PluginInstance;
import ferrite.spi.context.Context;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A child that takes a turn each millisecond, until it is told to end or to fail.
final class ChildPlugin implements Plugin {
    private final Context context;
    private volatile boolean failing;

    private ChildPlugin(Context context) {
        this.context = context;
    }

    static ContextSubject.Child launch(Kernel kernel, int parent) {
        AtomicInteger id = new AtomicInteger();
        ChildPlugin[] made = new ChildPlugin[1];
        LaunchSpec spec = new LaunchSpec("child", "child", Layer.BRIDGE, Optional.empty(), parent, null);
        PluginInstance instance = kernel.launch(spec, (context, _, _) -> {
            id.set(context.id());
            made[0] = new ChildPlugin(context);
            return made[0];
        });
        return new ContextSubject.Child() {
            @Override
            public int id() {
                return id.get();
            }

            @Override
            public void end() {
                kernel.stop(instance);
            }

            @Override
            public void fail() {
                made[0].failing = true;
            }
        };
    }

    @Override
    public void start() {
        poll(0);
    }

    @Override
    public int poll(int budget) {
        if (failing) {
            throw new IllegalStateException("fails on purpose");
        }
        context.wakeAt(context.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1));
        return 0;
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
        // Nothing was saved.
    }

    @Override
    public void stop() {
        // Nothing is held.
    }
}
