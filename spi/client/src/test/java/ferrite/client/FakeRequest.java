package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;

/// A request that remembers its answer.
final class FakeRequest implements Request {
    private final long id;
    private long status = Long.MIN_VALUE;

    FakeRequest(long id) {
        this.id = id;
    }

    long status() {
        return status;
    }

    @Override
    public int opcode() {
        return 0;
    }

    @Override
    public int flags() {
        return 0;
    }

    @Override
    public int syscallFlags() {
        return 0;
    }

    @Override
    public long file() {
        return 0;
    }

    @Override
    public long length() {
        return 0;
    }

    @Override
    public long address() {
        return 0;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public long additional1() {
        return 0;
    }

    @Override
    public long additional2() {
        return 0;
    }

    @Override
    public boolean hasBuffer() {
        return false;
    }

    @Override
    public BufferSlice buffer() {
        throw new SchemeException(Errno.EFAULT, "no buffer");
    }

    @Override
    public CallerContext caller() {
        return new CallerContext(1, "test", 6);
    }

    @Override
    public int ring() {
        return 1;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isLive() {
        return status == Long.MIN_VALUE;
    }

    @Override
    public void complete(long newStatus, long extra) {
        status = newStatus;
    }

    @Override
    public boolean post(long newStatus, long extra) {
        return true;
    }
}
