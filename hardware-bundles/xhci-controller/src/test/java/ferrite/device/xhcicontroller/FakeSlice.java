package ferrite.device.xhcicontroller;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;

/// Native memory as a slice.
record FakeSlice(MemorySegment bytes, long offset, Access access) implements BufferSlice {

    @Override
    public long address() {
        return bytes.address();
    }

    @Override
    public long length() {
        return bytes.byteSize();
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public MemorySegment segment() {
        return access == Access.READ ? bytes.asReadOnly() : bytes;
    }

    @Override
    public BufferSlice slice(long from, long length) {
        if (from < 0 || length < 0 || from > bytes.byteSize() - length) {
            throw new SchemeException(Errno.EFAULT, from + "+" + length);
        }
        return new FakeSlice(bytes.asSlice(from, length), offset + from, access);
    }

    @Override
    public BufferSlice restrict(Access narrower) {
        return new FakeSlice(bytes, offset, narrower);
    }

    @Override
    public Guard guard(String holder) {
        throw new UnsupportedOperationException("guard");
    }

    @Override
    public void close() {}
}
