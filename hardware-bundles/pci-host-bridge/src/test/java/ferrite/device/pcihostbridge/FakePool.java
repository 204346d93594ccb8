package ferrite.device.pcihostbridge;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A pool that never runs out and never reuses.
final class FakePool implements BufferPool {
    private final Map<Long, BufferSlice> slices = new HashMap<>();
    private long next;

    @Override
    public BufferSlice acquire(long bytes, long alignment, AllocationStrategy strategy) {
        BufferSlice slice = new FakeSlice(Arena.ofAuto().allocate(bytes, 64), next, Access.READ_WRITE);
        slices.put(next, slice);
        next += bytes;
        return slice;
    }

    @Override
    public Optional<BufferSlice> tryAcquire(long bytes, long alignment, AllocationStrategy strategy) {
        return Optional.of(acquire(bytes, alignment, strategy));
    }

    @Override
    public BufferSlice reattach(long offset) {
        BufferSlice slice = slices.get(offset);
        if (slice == null) {
            throw new SchemeException(Errno.EINVAL, "no slice at " + offset);
        }
        return slice;
    }

    @Override
    public long bytesInUse() {
        return next;
    }

    @Override
    public long capacity() {
        return next;
    }

    @Override
    public int guardedSlices() {
        return 0;
    }
}
