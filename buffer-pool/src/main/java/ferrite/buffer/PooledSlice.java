package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// What all slices of this module have in common: a window, and an end.
sealed interface PooledSlice extends BufferSlice permits OwnedSlice, SlicePart, LentSlice, RequestSlice, Window {

    /// @throws SchemeException EINVAL for a slice that no pool of this module made
    static PooledSlice of(BufferSlice slice) {
        if (slice instanceof PooledSlice pooled) {
            return pooled;
        }
        throw new SchemeException(Errno.EINVAL, slice.getClass().getName() + " is not from a shared pool");
    }

    Window window();

    /// Whether the runtime may still lend it. Unlike [#isLive], true after the holder was stopped or has closed a
    /// guarded slice: a request that was submitted before goes on.
    boolean isLendable();

    /// Which use of this object it is; ends with the next one. Only a [RequestSlice] is used more than once.
    default int grant() {
        return 0;
    }

    /// A slice that stands for the same bytes for ever.
    ///
    /// @throws SchemeException EFAULT if there are none
    default PooledSlice settled() {
        return this;
    }

    @Override
    default long offset() {
        return window().offset();
    }

    @Override
    default long address() {
        return window().address();
    }

    @Override
    default OptionalLong fileOffset() {
        return window().fileOffset();
    }

    @Override
    default long length() {
        return window().length();
    }

    @Override
    default Access access() {
        return window().access();
    }

    @Override
    default MemorySegment segment() {
        requireLive();
        return window().bytes();
    }

    @Override
    default BufferSlice slice(long from, long length) {
        int grant = grant();
        return new SlicePart(this, grant, window().part(from, length));
    }

    @Override
    default BufferSlice restrict(Access access) {
        int grant = grant();
        return new SlicePart(this, grant, window().restricted(access));
    }

    @Override
    default Guard guard(String holder) {
        PooledSlice settled = settled();
        settled.requireLive();
        return settled.window().root().guard(holder);
    }

    default void requireLive() {
        if (!isLive()) {
            throw new SchemeException(
                    Errno.EFAULT,
                    window().root() + " is not live for " + window().view().holder());
        }
    }
}
