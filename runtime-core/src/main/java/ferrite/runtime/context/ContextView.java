package ferrite.runtime.context;

import ferrite.buffer.PoolView;
import ferrite.buffer.ViewArena;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.function.BooleanSupplier;

/// The context as one plug-in instance sees it. Void once the instance was replaced or stopped.
public final class ContextView implements Context {
    private final KernelContext context;
    private final Syscalls syscalls;
    private final PoolView pool;
    private volatile boolean revoked;

    /// @param arena through which the instance sees shared memory
    public ContextView(KernelContext context, Syscalls syscalls, ViewArena arena) {
        this.context = context;
        this.syscalls = syscalls;
        pool = new PoolView(context.pool(), arena, context::isMine);
    }

    /// The instance is gone.
    public void revoke() {
        revoked = true;
    }

    @Override
    public int id() {
        return context.id();
    }

    @Override
    public String name() {
        return context.name();
    }

    @Override
    public ConsumerInstance kernel() {
        return live().kernel();
    }

    @Override
    public ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
        return live().connect(scheme, parameters);
    }

    @Override
    public ConsumerInstance openRing(RingParameters parameters) {
        return live().openRing(parameters);
    }

    @Override
    public void offload(Runnable work) {
        live().offload(work);
    }

    @Override
    public ConsumerInstance ring(int id) {
        return live().ring(id);
    }

    @Override
    public SchemeSocket serve(SchemeName name) {
        return live().serve(name);
    }

    @Override
    public BufferPool pool() {
        live();
        return pool;
    }

    @Override
    public DmaMap dmaMap(long fd) {
        FileDescription file = live().files()
                .get(fd)
                .orElseThrow(() -> new SchemeException(Errno.EBADF, "descriptor " + fd + " of " + context.label()));
        return syscalls.dmaMap(file);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void wakeAt(long nanoTime) {
        live().wakeAt(nanoTime);
    }

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        return live().await(condition, timeoutNanos);
    }

    private KernelContext live() {
        if (revoked) {
            throw new IllegalStateException("this instance of " + context.label() + " has been replaced or stopped");
        }
        return context;
    }
}
