package ferrite.testkit.fake;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A pool whose slices lie at increasing addresses and are never reused, so that a stale one is noticed. It never runs
/// out, and what it hands out is not zero.
public final class FakePool implements BufferPool {
    private static final byte UNSPECIFIED = (byte) 0xA5;
    private static final int ALIGNMENT = 64;

    private final TreeMap<Long, BufferSlice> live = new TreeMap<>();

    /// Not 0, so that a forgotten offset names no slice.
    private long next = 4096;

    /// An empty pool.
    public FakePool() {}

    /// Slices that were acquired and not closed, by offset.
    public SortedMap<Long, BufferSlice> live() {
        return Collections.unmodifiableSortedMap(live);
    }

    /// @throws SchemeException EINVAL for less than one byte
    @Override
    public BufferSlice acquire(long bytes, long alignment, AllocationStrategy strategy) {
        if (bytes < 1) {
            throw new SchemeException(Errno.EINVAL, bytes + " bytes");
        }
        long offset = next + alignment - 1 & -alignment;
        next = offset + bytes;
        MemorySegment memory = Arena.ofAuto().allocate(bytes, ALIGNMENT);
        memory.fill(UNSPECIFIED);
        BufferSlice slice = new FakeSlice(memory, offset, Access.READ_WRITE, () -> release(offset));
        live.put(offset, slice);
        return slice;
    }

    private void release(long offset) {
        if (live.remove(offset) == null) {
            throw new SchemeException(Errno.EALREADY, "slice at " + offset);
        }
    }

    @Override
    public Optional<BufferSlice> tryAcquire(long bytes, long alignment, AllocationStrategy strategy) {
        return Optional.of(acquire(bytes, alignment, strategy));
    }

    @Override
    public BufferSlice reattach(long offset) {
        BufferSlice slice = live.get(offset);
        if (slice == null) {
            throw new SchemeException(Errno.EINVAL, "no slice at " + offset);
        }
        return slice;
    }

    @Override
    public long bytesInUse() {
        return live.values().stream().mapToLong(BufferSlice::length).sum();
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
