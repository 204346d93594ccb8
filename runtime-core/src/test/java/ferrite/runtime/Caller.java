package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Short words for operations on a ring to the kernel.
record Caller(ConsumerInstance kernel, BufferPool pool) {
    static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    Caller(Application application) {
        this(application.kernel(), application.pool());
    }

    Caller(Context context) {
        this(context.kernel(), context.pool());
    }

    static SubmissionQueueEntry entry(Opcode opcode) {
        return SubmissionQueueEntry.of(opcode);
    }

    /// The number of this context.
    int id() {
        return Integer.parseInt(
                text("proc:self/status").lines().findFirst().orElseThrow().substring(3));
    }

    long open(String path) {
        return open(path, OpenFlags.RDWR);
    }

    long open(String path, long flags) {
        return kernel.open(pool, path, flags);
    }

    long status(SubmissionQueueEntry entry) {
        return kernel.call(entry).status();
    }

    long status(SubmissionQueueEntry entry, BufferSlice buffer) {
        return kernel.call(entry, buffer).status();
    }

    /// An operation whose buffer is a text.
    long status(SubmissionQueueEntry entry, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (BufferSlice slice = pool.acquire(bytes.length + 1L, 1)) {
            BufferSlice exact = slice.slice(0, bytes.length);
            exact.segment().copyFrom(MemorySegment.ofArray(bytes));
            return kernel.call(entry, exact).status();
        }
    }

    long dup(long fd, String argument) {
        return status(entry(Opcode.DUP).withFd(fd), argument);
    }

    long write(long fd, String text) {
        return status(entry(Opcode.WRITE).withFd(fd), text);
    }

    String read(long fd, int most) {
        try (BufferSlice buffer = pool.acquire(most, 1)) {
            long count = kernel.call(entry(Opcode.READ).withFd(fd), buffer).valueOrThrow("read");
            return new String(
                    buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    String text(String path) {
        long fd = open(path, OpenFlags.RDONLY);
        try {
            return read(fd, 65_536);
        } finally {
            kernel.closeFile(fd);
        }
    }

    List<CompletionQueueEntry> reap() {
        List<CompletionQueueEntry> done = new ArrayList<>();
        kernel.reap(done::add, 1_000);
        return done;
    }

    /// Waits for so many completions and takes them.
    List<CompletionQueueEntry> await(int count) {
        kernel.enter(count);
        return reap();
    }

    static void assertErrno(Errno errno, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOf(SchemeException.class)
                .extracting(e -> ((SchemeException) e).errno())
                .isEqualTo(errno);
    }
}
