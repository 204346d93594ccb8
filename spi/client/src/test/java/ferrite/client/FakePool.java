package ferrite.client;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A pool on the heap that counts what is taken and what is guarded.
public final class FakePool implements BufferPool {
    private final AtomicLong nextAddress = new AtomicLong(4096);
    private final AtomicLong inUse = new AtomicLong();
    private final AtomicInteger slices = new AtomicInteger();
    private volatile boolean exhausted;

    /// A pool without a limit.
    public FakePool() {}

    /// From now on there is no memory.
    public void exhaust() {
        exhausted = true;
    }

    /// Slices whose bytes may not be used by others yet.
    public int slicesInUse() {
        return slices.get();
    }

    @Override
    public BufferSlice acquire(long bytes, long alignment, AllocationStrategy strategy) {
        if (bytes < 1) {
            throw new SchemeException(Errno.EINVAL, "slice of " + bytes + " bytes");
        }
        if (exhausted) {
            throw new SchemeException(Errno.ENOMEM, "the pool is at its limit");
        }
        inUse.addAndGet(bytes);
        slices.incrementAndGet();
        return new Slice(nextAddress.getAndAdd(bytes + 4096), MemorySegment.ofArray(new byte[(int) bytes]));
    }

    @Override
    public Optional<BufferSlice> tryAcquire(long bytes, long alignment, AllocationStrategy strategy) {
        return Optional.of(acquire(bytes, alignment, strategy));
    }

    @Override
    public BufferSlice reattach(long offset) {
        throw new SchemeException(Errno.EINVAL, "no slice at " + offset);
    }

    @Override
    public long bytesInUse() {
        return inUse.get();
    }

    @Override
    public long capacity() {
        return Long.MAX_VALUE;
    }

    @Override
    public int guardedSlices() {
        return slices.get();
    }

    /// Whether somebody still may touch the slice's bytes.
    static boolean isGuarded(BufferSlice slice) {
        return ((Slice) slice).guards.get() > 0;
    }

    private final class Slice implements BufferSlice {
        final long address;
        final MemorySegment bytes;
        final AtomicInteger guards = new AtomicInteger();
        volatile boolean closed;

        Slice(long address, MemorySegment bytes) {
            this.address = address;
            this.bytes = bytes;
        }

        @Override
        public long offset() {
            return address;
        }

        @Override
        public long address() {
            return address;
        }

        @Override
        public long length() {
            return bytes.byteSize();
        }

        @Override
        public Access access() {
            return Access.READ_WRITE;
        }

        @Override
        public boolean isLive() {
            return !closed;
        }

        @Override
        public MemorySegment segment() {
            requireLive();
            return bytes;
        }

        @Override
        public BufferSlice slice(long from, long length) {
            if (from < 0 || length < 0 || from > length() - length) {
                throw new SchemeException(Errno.EFAULT, "part " + from + ", " + length);
            }
            return new Part(this, bytes.asSlice(from, length));
        }

        @Override
        public BufferSlice restrict(Access access) {
            return this;
        }

        @Override
        public Guard guard(String holder) {
            requireLive();
            guards.incrementAndGet();
            return new Guard() {
                private boolean released;

                @Override
                public String holder() {
                    return holder;
                }

                @Override
                public void release() {
                    if (!released) {
                        released = true;
                        if (guards.decrementAndGet() == 0 && closed) {
                            free();
                        }
                    }
                }
            };
        }

        @Override
        public void close() {
            if (closed) {
                throw new SchemeException(Errno.EALREADY, "closed before");
            }
            closed = true;
            if (guards.get() == 0) {
                free();
            }
        }

        private void free() {
            slices.decrementAndGet();
            inUse.addAndGet(-bytes.byteSize());
        }

        private void requireLive() {
            if (closed) {
                throw new SchemeException(Errno.EFAULT, "the slice is closed");
            }
        }
    }

    private record Part(Slice whole, MemorySegment bytes) implements BufferSlice {
        @Override
        public long offset() {
            return whole.offset();
        }

        @Override
        public long address() {
            return whole.address();
        }

        @Override
        public long length() {
            return bytes.byteSize();
        }

        @Override
        public Access access() {
            return Access.READ_WRITE;
        }

        @Override
        public boolean isLive() {
            return whole.isLive();
        }

        @Override
        public MemorySegment segment() {
            whole.requireLive();
            return bytes;
        }

        @Override
        public BufferSlice slice(long from, long length) {
            return new Part(whole, bytes.asSlice(from, length));
        }

        @Override
        public BufferSlice restrict(Access access) {
            return this;
        }

        @Override
        public Guard guard(String holder) {
            return whole.guard(holder);
        }

        @Override
        public void close() {
            // belongs to the whole
        }
    }
}
