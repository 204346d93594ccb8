package ferrite.spi.buffer;

import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// Bytes in a buffer pool, and the right to touch them. Holding the object is the right: a number is not.
///
/// Owner: who acquired it, until `close`. A slice that is part of a request in flight is guarded: closing it then is
/// allowed and takes effect when the last guard goes. A slice that came with a [ferrite.spi.scheme.Request] belongs
/// to the asker; the server may use it until it has answered, and its `close` does nothing.
public interface BufferSlice extends AutoCloseable {

    /// Place of the first byte in the pool, bytes.
    long offset();

    /// Place of the first byte in the shared address space of the runtime, as it stands in ring entries.
    /// Knowing it gives no access.
    long address();

    /// Place of the first byte in the file that the pool stands in: what another process that maps the file needs, with
    /// [#length]. Not [#offset()]: the file may have had content before, and regions stand in it in another order. Valid
    /// until the slice is closed; afterwards the bytes there are somebody else's.
    ///
    /// @return bytes from the file's beginning; empty: the slice is in private memory
    default OptionalLong fileOffset() {
        return OptionalLong.empty();
    }

    /// Size in bytes, 0 and up.
    long length();

    /// What the holder may do.
    Access access();

    /// Whether the bytes may still be touched through this object.
    boolean isLive();

    /// The bytes. The view fails with IllegalStateException once the plug-in instance has stopped, and is read only
    /// if the access is [Access#READ].
    ///
    /// @throws SchemeException EFAULT if the slice is not live
    MemorySegment segment();

    /// A part that shares this slice's right and life; closing a part does nothing.
    ///
    /// @throws SchemeException EFAULT if `from` and `length` do not lie in this slice
    BufferSlice slice(long from, long length);

    /// A view with less access.
    ///
    /// @throws SchemeException EACCES if this slice does not have that access itself
    BufferSlice restrict(Access access);

    /// Keeps the bytes from being reused until the guard is released.
    ///
    /// @param holder who may touch the bytes, for reports
    /// @throws SchemeException EFAULT if the slice is not live
    Guard guard(String holder);

    /// Gives the bytes back, or, while guarded, as soon as the last guard goes.
    ///
    /// @throws SchemeException EALREADY if it was closed before
    @Override
    void close();
}
