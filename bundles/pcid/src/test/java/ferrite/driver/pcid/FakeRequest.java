package ferrite.driver.pcid;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request of a test. It may be answered once.
final class FakeRequest implements Request {
    long id;
    private final int opcode;
    private int syscallFlags;
    private long file;
    private long offset;
    private long additional1;
    private long additional2;
    private int ring = 7;
    private @Nullable BufferSlice buffer;
    private boolean live = true;
    private long status;
    private long extra;

    private FakeRequest(int opcode) {
        this.opcode = opcode;
    }

    static FakeRequest of(int opcode) {
        return new FakeRequest(opcode);
    }

    FakeRequest file(long number) {
        file = number;
        return this;
    }

    FakeRequest offset(long value) {
        offset = value;
        return this;
    }

    FakeRequest flags(int value) {
        syscallFlags = value;
        return this;
    }

    FakeRequest additional(long first, long second) {
        additional1 = first;
        additional2 = second;
        return this;
    }

    FakeRequest buffer(BufferSlice slice) {
        buffer = slice;
        return this;
    }

    FakeRequest ring(int number) {
        ring = number;
        return this;
    }

    /// The answer.
    long status() {
        if (live) {
            throw new AssertionError("not answered yet: opcode " + opcode);
        }
        return status;
    }

    long extra() {
        status();
        return extra;
    }

    Optional<Errno> errno() {
        return Errno.of(status());
    }

    @Override
    public int opcode() {
        return opcode;
    }

    @Override
    public int flags() {
        return 0;
    }

    @Override
    public int syscallFlags() {
        return syscallFlags;
    }

    @Override
    public long file() {
        return file;
    }

    @Override
    public long length() {
        return buffer == null ? 0 : buffer.length();
    }

    @Override
    public long address() {
        return buffer == null ? 0 : buffer.address();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long additional1() {
        return additional1;
    }

    @Override
    public long additional2() {
        return additional2;
    }

    @Override
    public boolean hasBuffer() {
        return buffer != null;
    }

    @Override
    public BufferSlice buffer() {
        if (buffer == null) {
            throw new SchemeException(Errno.EFAULT, "no buffer");
        }
        return buffer;
    }

    @Override
    public CallerContext caller() {
        return new CallerContext(9, "asker", 6);
    }

    @Override
    public int ring() {
        return ring;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public void complete(long newStatus, long newExtra) {
        if (!live) {
            throw new IllegalStateException("request " + id + " was answered before");
        }
        live = false;
        status = newStatus;
        extra = newExtra;
    }

    @Override
    public boolean post(long newStatus, long newExtra) {
        return true;
    }
}
