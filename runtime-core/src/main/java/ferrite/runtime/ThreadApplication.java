package ferrite.runtime;

import ferrite.buffer.PoolView;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// An application's context: the thread that uses it holds its token all the time.
final class ThreadApplication implements Application {
    private final KernelContext context;
    private final Scheduler scheduler;
    private final BufferPool pool;
    private final Consumer<KernelContext> ended;
    private final AtomicBoolean closed = new AtomicBoolean();

    ThreadApplication(KernelContext context, Scheduler scheduler, Consumer<KernelContext> ended) {
        this.context = context;
        this.scheduler = scheduler;
        this.ended = ended;
        pool = new PoolView(context.pool(), context.view());
    }

    @Override
    public int id() {
        return context.id();
    }

    @Override
    public ConsumerInstance kernel() {
        return context.kernel();
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
    public ConsumerInstance ring(int id) {
        return context.ring(id);
    }

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        Thread before = context.hold();
        try {
            return context.await(condition, timeoutNanos);
        } finally {
            context.unhold(before);
        }
    }

    @Override
    public BufferPool pool() {
        return pool;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            scheduler.inRunner(context::end);
            ended.accept(context);
        }
    }
}
