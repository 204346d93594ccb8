package ferrite.testkit.fake;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A slice on memory of the test. It has no guards and stays live after it is closed.
///
/// @param memory what it shows
/// @param offset where it pretends to lie in a pool, bytes
/// @param access what [#segment] allows
/// @param whenClosed what [#close] does; parts of the slice do nothing
public record FakeSlice(MemorySegment memory, long offset, Access access, Runnable whenClosed) implements BufferSlice {
    /// The address of offset 0: far from offsets, so that a test notices one in place of the other.
    private static final long BASE = 1L << 32;

    private static final int ALIGNMENT = 64;

    /// A slice that belongs to no pool.
    public static FakeSlice of(MemorySegment memory, long offset, Access access) {
        return new FakeSlice(memory, offset, access, () -> {});
    }

    /// A slice on a copy of these bytes.
    public static FakeSlice of(byte[] bytes, Access access) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, bytes.length), ALIGNMENT);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return of(memory.asSlice(0, bytes.length), 0, access);
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
        return of(memory.asSlice(from, length), offset + from, access);
    }

    @Override
    public BufferSlice restrict(Access wanted) {
        return of(memory, offset, wanted);
    }

    @Override
    public Guard guard(String holder) {
        throw new UnsupportedOperationException("guards are the runtime's");
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
