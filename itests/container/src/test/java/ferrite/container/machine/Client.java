package ferrite.container.machine;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// One application with one open file, for tests that ask one thing after the other.
public final class Client implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Application application;
    private final long fd;

    /// Opens a file for reading, or, if `flags` say so, more.
    public Client(Kernel kernel, String path, long flags) {
        application = kernel.openApplication("client");
        fd = application.kernel().open(application.pool(), path, flags);
    }

    /// A whole file as text.
    public static String text(Kernel kernel, String path) {
        try (Client client = new Client(kernel, path, OpenFlags.RDONLY)) {
            return new String(client.all(), StandardCharsets.UTF_8);
        }
    }

    /// Everything from the start to the end.
    public byte[] all() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] chunk = read(0, CHUNK_BYTES);
        while (chunk.length > 0) {
            content.writeBytes(chunk);
            chunk = read(content.size(), CHUNK_BYTES);
        }
        return content.toByteArray();
    }

    /// What is there, at most so many bytes.
    ///
    /// @throws ferrite.spi.error.SchemeException as the scheme answers
    public byte[] read(long offset, int bytes) {
        try (BufferSlice slice = application.pool().acquire(bytes, 512)) {
            long count = application.kernel().pread(fd, slice, offset);
            return slice.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /// The bare answer to a read of one block.
    public CompletionQueueEntry tryRead(long offset) {
        try (BufferSlice slice = application.pool().acquire(512, 512)) {
            return application
                    .kernel()
                    .call(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd).withOffset(offset), slice);
        }
    }

    /// Writes, and makes it durable.
    public void write(long offset, byte[] bytes) {
        try (BufferSlice slice = application.pool().acquire(bytes.length, 512)) {
            slice.segment().copyFrom(MemorySegment.ofArray(bytes));
            application.kernel().pwrite(fd, slice, offset);
        }
        application
                .kernel()
                .call(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd))
                .valueOrThrow("fsync");
    }

    @Override
    public void close() {
        application.close();
    }
}
