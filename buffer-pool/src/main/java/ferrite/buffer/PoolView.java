package ferrite.buffer;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Optional;

/// A pool as one plug-in instance sees it.
///
/// After the view was closed, taking slices fails with IllegalStateException, the slices that were taken through it are
/// not live, and closing them does nothing: they are the successor's, who finds them with [#reattach].
public final class PoolView implements BufferPool {
    private final SharedBufferPool pool;
    private final ViewArena view;

    /// @param pool the context's
    /// @param view the plug-in instance's
    public PoolView(SharedBufferPool pool, ViewArena view) {
        this.pool = pool;
        this.view = view;
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
    public BufferSlice reattach(long offset) {
        view.requireOpen();
        return new OwnedSlice(pool.held(offset), view);
    }

    @Override
    public long bytesInUse() {
        return pool.statistics().bytesInUse();
    }

    @Override
    public long capacity() {
        return pool.statistics().capacity();
    }

    @Override
    public int guardedSlices() {
        return pool.statistics().guardedSlices();
    }
}
