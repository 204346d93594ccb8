package ferrite.driver.usbscsid;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.TreeMap;

/// A pool whose slices lie at increasing addresses and are never reused, so that a stale one is noticed.
final class FakePool implements BufferPool {
    /// Slices that were acquired and not closed, by offset.
    final TreeMap<Long, Slice> live = new TreeMap<>();

    private static final long BASE = 1L << 32;
    private long next = 4096;

    /// A slice, or a part of one.
    static final class Slice implements BufferSlice {
        private final FakePool pool;
        private final long offset;
        private final MemorySegment memory;
        private final Access access;
        private final boolean whole;

        Slice(FakePool pool, long offset, MemorySegment memory, Access access, boolean whole) {
            this.pool = pool;
            this.offset = offset;
            this.memory = memory;
            this.access = access;
            this.whole = whole;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public long address() {
            return BASE + offset;
        }

        @Override
        public long length() {
            return memory.byteSize();
        }

        @Override
        public Access access() {
            return access;
        }

        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public MemorySegment segment() {
            return access.canWrite() ? memory : memory.asReadOnly();
        }

        @Override
        public BufferSlice slice(long from, long length) {
            if (from < 0 || length < 0 || from > length() - length) {
                throw new SchemeException(Errno.EFAULT, from + " + " + length + " of " + length());
            }
            return new Slice(pool, offset + from, memory.asSlice(from, length), access, false);
        }

        @Override
        public BufferSlice restrict(Access wanted) {
            return new Slice(pool, offset, memory, wanted, false);
        }

        @Override
        public Guard guard(String holder) {
            throw new UnsupportedOperationException("guards are the runtime's");
        }

        @Override
        public void close() {
            if (whole && pool.live.remove(offset) == null) {
                throw new SchemeException(Errno.EALREADY, "slice at " + offset);
            }
        }
    }

    @Override
    public BufferSlice acquire(long bytes, long alignment, AllocationStrategy strategy) {
        if (bytes < 1) {
            throw new SchemeException(Errno.EINVAL, bytes + " bytes");
        }
        next = next + alignment - 1 & -alignment;
        MemorySegment memory = Arena.ofAuto().allocate(bytes, 16);
        memory.fill((byte) 0xA5); // unspecified content
        Slice slice = new Slice(this, next, memory, Access.READ_WRITE, true);
        live.put(next, slice);
        next += bytes;
        return slice;
    }

    @Override
    public Optional<BufferSlice> tryAcquire(long bytes, long alignment, AllocationStrategy strategy) {
        return Optional.of(acquire(bytes, alignment, strategy));
    }

    @Override
    public BufferSlice reattach(long offset) {
        Slice slice = live.get(offset);
        if (slice == null) {
            throw new SchemeException(Errno.EINVAL, "no slice at " + offset);
        }
        return slice;
    }

    @Override
    public long bytesInUse() {
        return live.values().stream().mapToLong(Slice::length).sum();
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
