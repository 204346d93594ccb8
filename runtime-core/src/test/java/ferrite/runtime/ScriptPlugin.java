package ferrite.runtime;

import ferrite.spi.context.Context;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/// A plug-in whose start and turns are given by a test.
record ScriptPlugin(Runnable onStart, IntSupplier onPoll) implements Plugin {
    /// Runs something in a context of this layer, on the calling thread; the instance stays.
    static PluginInstance in(Kernel kernel, String name, Layer layer, Consumer<Context> work) {
        return kernel.launch(
                new LaunchSpec(name, name, layer, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(() -> work.accept(context), () -> 0));
    }

    @Override
    public void start() {
        onStart.run();
    }

    @Override
    public int poll(int budget) {
        return onPoll.getAsInt();
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
    public void restore(PluginState state) {}

    @Override
    public void stop() {}
}
