package ferrite.spi.buffer;

import ferrite.spi.error.SchemeException;
import java.util.Optional;

/// A context's view of shared memory from which it takes slices.
///
/// Safe from several threads. The pool grows by whole regions, up to its limit; no slice spans two regions. When the
/// plug-in instance that was given this view stops, all its slices become unreadable to it at once; the bytes
/// themselves belong to the context and stay for its successor ([#reattach]).
public interface BufferPool {

    /// Takes `bytes` bytes, the first at a multiple of `alignment` in shared address space. Content is unspecified.
    ///
    /// @param bytes 1 and up
    /// @param alignment power of two, 1..1 GiB
    /// @throws SchemeException EINVAL for a bad size or alignment, ENOMEM if the pool is at its limit
    default BufferSlice acquire(long bytes, long alignment) {
        return acquire(bytes, alignment, AllocationStrategy.BEST);
    }

    /// [#acquire(long, long)] with a strategy.
    ///
    /// @throws SchemeException EINVAL for a bad size, alignment or fixed offset, EADDRINUSE if the fixed range is
    ///         taken, ENOMEM if the pool is at its limit
    BufferSlice acquire(long bytes, long alignment, AllocationStrategy strategy);

    /// [#acquire(long, long, AllocationStrategy)], with an empty answer instead of ENOMEM and EADDRINUSE.
    Optional<BufferSlice> tryAcquire(long bytes, long alignment, AllocationStrategy strategy);

    /// The slice that a predecessor in this context acquired at `offset` and did not close.
    ///
    /// @param offset [BufferSlice#offset()] of that slice
    /// @throws SchemeException EINVAL if no slice begins there
    BufferSlice reattach(long offset);

    /// Bytes that are taken, alignment gaps and guarded bytes included.
    long bytesInUse();

    /// Bytes in all regions.
    long capacity();

    /// Slices that were closed but may not be reused yet, because somebody still may touch them.
    int guardedSlices();
}
