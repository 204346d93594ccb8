package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;

/// What all slices of this module have in common: a window, and an end.
sealed interface PooledSlice extends BufferSlice permits OwnedSlice, SlicePart, LentSlice {

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

    @Override
    default long offset() {
        return window().offset();
    }

    @Override
    default long address() {
        return window().address();
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
        return window().segment();
    }

    @Override
    default BufferSlice slice(long from, long length) {
        return new SlicePart(this, window().part(from, length));
    }

    @Override
    default BufferSlice restrict(Access access) {
        return new SlicePart(this, window().restrict(access));
    }

    @Override
    default Guard guard(String holder) {
        requireLive();
        return window().root().guard(holder);
    }

    private void requireLive() {
        if (!isLive()) {
            throw new SchemeException(
                    Errno.EFAULT,
                    window().root() + " is not live for " + window().view().holder());
        }
    }
}
