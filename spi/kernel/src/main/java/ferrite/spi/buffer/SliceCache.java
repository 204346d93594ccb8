package ferrite.spi.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;

/// Slices as numbers: one owner's share of a pool, from which bytes are taken without an object, a lock or an atomic.
///
/// A slice is a `long`, its **handle**, never 0. Releasing ends it; a handle that has ended is refused with EFAULT or
/// EALREADY, one of another cache with EINVAL. A handle cannot go on a ring, be guarded, lent or mapped for a device;
/// [#slice] makes a [BufferSlice] of it that can.
///
/// Owner: the plug-in, on whatever thread its code runs under the context's token (`start`, `restore`, `poll`, `save`,
/// `stop`, and what they call; not the constructor, not offloaded work). An application's cache is owned by the
/// thread that asked for it. Only the owner acquires; any thread may release. [#address], [#length] and [#segment] may
/// be asked by whoever was given the handle in an orderly way.
///
/// It ends with the plug-in instance at the latest, and every handle with it: a successor finds none of them. What is to
/// outlive a swap is acquired from the [BufferPool], or was made a slice of, and found again by
/// [BufferPool#reattach].
public interface SliceCache extends AutoCloseable {
    /// No slice.
    long NONE = 0;

    /// [#tryAcquireHandle] with an exception.
    ///
    /// @throws SchemeException also ENOMEM if the pool is at its limit
    default long acquireHandle(long bytes, long alignment) {
        long handle = tryAcquireHandle(bytes, alignment);
        if (handle == NONE) {
            throw new SchemeException(Errno.ENOMEM, "no " + bytes + " bytes at a multiple of " + alignment);
        }
        return handle;
    }

    /// Takes `bytes` bytes, the first at a multiple of `alignment` in shared address space. Content is unspecified. The
    /// owner.
    ///
    /// @param bytes 1 and up; up to 64 KiB is what the cache is for
    /// @param alignment power of two, 1..1 GiB
    /// @return the handle, or [#NONE] if the pool is at its limit
    /// @throws SchemeException EINVAL for a bad size or alignment, EACCES if another thread is the owner, ESHUTDOWN if
    ///         the cache has ended
    long tryAcquireHandle(long bytes, long alignment);

    /// Gives the bytes back. Any thread; those of another than the owner are taken over by it later, many at a time.
    ///
    /// @throws SchemeException EALREADY if it was released before, EINVAL if it is of another cache, ESHUTDOWN if the
    ///         cache has ended
    void release(long handle);

    /// Whether the handle was not released. False for a handle of another cache.
    boolean isLive(long handle);

    /// Place of the first byte in the shared address space. Knowing it gives no access.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache
    long address(long handle);

    /// Place of the first byte of what was acquired last, whatever became of it since: the second result of
    /// [#acquireHandle], which spares the look-up of [#address]. 0 before the first. The owner.
    long acquiredAddress();

    /// Size in bytes, as asked for.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache
    long length(long handle);

    /// The bytes. Works until the instance has stopped, not only until the release: who keeps the segment longer than
    /// the handle reads what it acquires later.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache
    /// @throws IllegalStateException if the instance has stopped
    MemorySegment segment(long handle);

    /// Makes a slice of a handle, to go on a ring, be guarded, mapped, or found by a successor. The handle ends; the
    /// slice owns the bytes until it is closed, also beyond the cache's end. Costs the pool's lock and objects, as
    /// [BufferPool#acquire(long, long)] does. The owner.
    ///
    /// @throws SchemeException EFAULT if the handle was released, EINVAL if it is of another cache, EACCES if another
    ///         thread is the owner, ESHUTDOWN if the cache has ended
    /// @throws IllegalStateException if the instance has stopped
    BufferSlice slice(long handle);

    /// Makes a slice shorter or longer where it stands. The owner.
    ///
    /// @param bytes 1 and up
    /// @return the new handle, the old one has ended; or [#NONE] if there is no room, then the old one goes on
    /// @throws SchemeException EINVAL for a bad size or a handle of another cache, EFAULT if the handle was released,
    ///         EACCES if another thread is the owner, ESHUTDOWN if the cache has ended
    default long resize(long handle, long bytes) {
        return NONE;
    }

    /// Gives back to the pool all that is not in use. The owner.
    ///
    /// @throws SchemeException EACCES if another thread is the owner, ESHUTDOWN if the cache has ended
    void flush();

    /// Ends all handles and gives the bytes back; slices that were made of handles go on. A second call does nothing.
    @Override
    void close();
}
