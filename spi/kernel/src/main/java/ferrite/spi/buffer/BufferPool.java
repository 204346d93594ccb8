package ferrite.spi.buffer;

import ferrite.spi.error.Errno;
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

    /// [#acquire(long, long)] for a device that does not reach everything.
    ///
    /// @throws SchemeException also EINVAL if the size and the constraints exclude each other, ENOMEM if the pool has no
    ///         such memory
    default BufferSlice acquireDma(long bytes, long alignment, DmaConstraints constraints) {
        BufferSlice slice = acquire(bytes, constraints.alignmentFor(bytes, alignment));
        if (constraints.allow(slice.address(), bytes)) {
            return slice;
        }
        slice.close();
        throw new SchemeException(Errno.ENOMEM, "no " + bytes + " bytes that keep " + constraints);
    }

    /// Makes a slice shorter or longer where it stands.
    ///
    /// @param slice acquired from this pool and held by nobody else
    /// @param bytes 1 and up
    /// @return the slice with its new length, in place of the old object, which is closed; empty, and nothing changes,
    ///         if there is no room behind it
    /// @throws SchemeException EINVAL for a bad size or a slice of another pool, EBUSY while it is guarded, EALREADY if
    ///         it was closed
    default Optional<BufferSlice> resize(BufferSlice slice, long bytes) {
        return Optional.empty();
    }

    /// The slice that a predecessor in this context acquired at `offset` and did not close.
    ///
    /// @param offset [BufferSlice#offset()] of that slice
    /// @throws SchemeException EINVAL if no slice begins there
    BufferSlice reattach(long offset);

    /// A new share of this pool for the caller alone, from which slices are taken as numbers, without a lock and without
    /// objects. Worth it for bytes that come and go in the plug-in's own work; see [SliceCache] who may use it.
    ///
    /// @return the cache; it ends with the plug-in instance at the latest
    /// @throws SchemeException EOPNOTSUPP if this pool has none, ESHUTDOWN if the context has ended
    default SliceCache cache() {
        throw new SchemeException(Errno.EOPNOTSUPP, "this pool has no caches; acquire slices from it");
    }

    /// Bytes that are taken, alignment gaps and guarded bytes included.
    long bytesInUse();

    /// Bytes in all regions.
    long capacity();

    /// Slices that were closed but may not be reused yet, because somebody still may touch them.
    int guardedSlices();
}
