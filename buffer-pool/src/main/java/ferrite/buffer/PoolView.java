package ferrite.buffer;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pool as one plug-in instance sees it.
///
/// After the view was closed, taking slices fails with IllegalStateException, the slices that were taken through it are
/// not live, and closing them does nothing: they are the successor's, who finds them with [#reattach].
public final class PoolView implements BufferPool {
    private final SharedBufferPool pool;
    private final ViewArena view;

    /// Of caches; null: the thread that makes one.
    private final @Nullable Owner owner;

    /// A view whose caches belong to the threads that make them.
    ///
    /// @param pool the context's
    /// @param view the plug-in instance's, or the application's
    public PoolView(SharedBufferPool pool, ViewArena view) {
        this.pool = pool;
        this.view = view;
        this.owner = null;
    }

    /// @param pool the context's
    /// @param view the plug-in instance's
    /// @param owner of its caches: the holder of the context's token
    public PoolView(SharedBufferPool pool, ViewArena view, Owner owner) {
        this.pool = pool;
        this.view = view;
        this.owner = owner;
    }

    /// @throws SchemeException also ESHUTDOWN if the context has ended
    @Override
    public BufferSlice acquire(long bytes, long alignment, AllocationStrategy strategy) {
        return tryAcquire(bytes, alignment, strategy).orElseThrow(() -> refusal(bytes, strategy));
    }

    private SchemeException refusal(long bytes, AllocationStrategy strategy) {
        return switch (strategy) {
            case AllocationStrategy.Fixed(long offset) ->
                new SchemeException(
                        Errno.EADDRINUSE, "pool " + pool.name() + " at " + offset + ", " + bytes + " bytes");
            case AllocationStrategy.Best _, AllocationStrategy.Greedy _ ->
                new SchemeException(
                        Errno.ENOMEM, "pool " + pool.name() + ", " + bytes + " bytes: " + pool.statistics());
        };
    }

    @Override
    public Optional<BufferSlice> tryAcquire(long bytes, long alignment, AllocationStrategy strategy) {
        view.requireOpen();
        Allocation taken = pool.take(bytes, alignment, strategy);
        return taken == null ? Optional.empty() : Optional.of(new OwnedSlice(taken, view));
    }

    @Override
    public BufferSlice acquireDma(long bytes, long alignment, DmaConstraints constraints) {
        view.requireOpen();
        Wanted.check(bytes, alignment);
        long needed = constraints.alignmentFor(bytes, alignment);
        if (needed > Wanted.ALIGNMENT_MAX) {
            throw noDma(bytes, constraints);
        }
        Allocation taken = constraints.below4GiB()
                ? pool.takeLow(bytes, needed)
                : pool.take(bytes, needed, AllocationStrategy.BEST);
        if (taken != null && constraints.allow(taken.address(), bytes)) {
            return new OwnedSlice(taken, view);
        }
        if (taken != null) {
            taken.release();
        }
        throw noDma(bytes, constraints);
    }

    private SchemeException noDma(long bytes, DmaConstraints constraints) {
        return new SchemeException(
                Errno.ENOMEM, "pool " + pool.name() + " has no " + bytes + " bytes that keep " + constraints);
    }

    /// @throws SchemeException also EINVAL for a part or a lent slice
    @Override
    public Optional<BufferSlice> resize(BufferSlice slice, long bytes) {
        view.requireOpen();
        if (!(slice instanceof OwnedSlice owned) || !owned.window().root().isOf(pool)) {
            throw new SchemeException(Errno.EINVAL, "pool " + pool.name() + " resizes only slices taken from it");
        }
        Allocation resized = pool.resize(owned.window().root(), bytes);
        return resized == null ? Optional.empty() : Optional.of(new OwnedSlice(resized, view));
    }

    @Override
    public BufferSlice reattach(long offset) {
        view.requireOpen();
        return new OwnedSlice(pool.held(offset), view);
    }

    @Override
    public PoolCache cache() {
        PoolCache cache = new PoolCache(pool, view, owner == null ? Owner.currentThread() : owner);
        pool.enter(cache);
        try {
            view.enter(cache);
        } catch (IllegalStateException stopped) {
            cache.close();
            throw stopped;
        }
        return cache;
    }

    @Override
    public long bytesInUse() {
        return pool.bytesInUse();
    }

    @Override
    public long capacity() {
        return pool.capacity();
    }

    @Override
    public int guardedSlices() {
        return pool.guardedSlices();
    }
}
