package ferrite.buffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.CompletableFuture;

/// A system call that fills bytes until it is let return: a read from an empty pipe, in a thread of its own.
final class PipeRead implements AutoCloseable {
    private final Pipe pipe;
    private final CompletableFuture<Integer> reading;

    /// Returns when the thread is in the call.
    PipeRead(MemorySegment bytes) throws IOException, InterruptedException {
        pipe = Pipe.open();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        reading = CompletableFuture.supplyAsync(
                () -> {
                    thread.complete(Thread.currentThread());
                    return read(bytes);
                },
                task -> Thread.ofPlatform().daemon().start(task));
        while (!isInRead(thread.join().getStackTrace())) {
            Thread.sleep(1);
        }
    }

    private int read(MemorySegment bytes) {
        try {
            return pipe.source().read(bytes.asByteBuffer());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static boolean isInRead(StackTraceElement[] stack) {
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getMethodName().startsWith("read");
    }

    /// The call fills one byte and returns.
    @Override
    public void close() throws IOException {
        pipe.sink().write(ByteBuffer.allocate(1));
        reading.join();
        pipe.sink().close();
        pipe.source().close();
    }
}
