package ferrite.testkit.conformance;

import ferrite.runtime.Kernel;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.context.Context;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A plug-in that does something once, when it starts, and something else at each turn.
record ContextBody(Kernel machine, Context context, Consumer<ContextSubject> body, Consumer<ContextSubject> turn)
        implements Plugin, ContextSubject {

    @Override
    public Child startChild() {
        return ChildPlugin.launch(machine, context.id());
    }

    @Override
    public void start() {
        body.accept(this);
    }

    @Override
    public int poll(int budget) {
        turn.accept(this);
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

    @Override
    public ConsumerInstance kernel() {
        return context.kernel();
    }

    @Override
    public BufferPool pool() {
        return context.pool();
    }

    @Override
    public ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
        return context.connect(scheme, parameters);
    }

    @Override
    public ConsumerInstance openRing(RingParameters parameters) {
        return context.openRing(parameters);
    }

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        return context.await(condition, timeoutNanos);
    }
}
