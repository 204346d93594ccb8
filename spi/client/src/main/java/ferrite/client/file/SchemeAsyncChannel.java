package ferrite.client.file;

import ferrite.client.RequestFuture;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.scheme.Stat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A file whose reads and writes are in flight on a ring, as many as the ring takes, without a thread for each. Only a
/// write of parts of blocks takes a virtual thread. Handlers run on the executor that the channel was opened with, or
/// each on a virtual thread.
final class SchemeAsyncChannel extends AsynchronousFileChannel {
    /// Most bytes of one read or write.
    static final int BYTES_MAX = 1 << 20;

    private final AsyncFiles files;
    private final String path;
    private final long fd;
    private final Stat stat;
    private final OpenWishes wishes;
    private final Executor executor;
    private final Runnable end;
    private volatile boolean closed;

    SchemeAsyncChannel(
            AsyncFiles files, String path, long fd, Stat stat, OpenWishes wishes, Executor executor, Runnable end) {
        this.files = files;
        this.path = path;
        this.fd = fd;
        this.stat = stat;
        this.wishes = wishes;
        this.executor = executor;
        this.end = end;
    }

    @Override
    public Future<Integer> read(ByteBuffer into, long position) {
        return startRead(into, position);
    }

    @Override
    public <A> void read(ByteBuffer into, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        tell(startRead(into, position), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer from, long position) {
        return startWrite(from, position);
    }

    @Override
    public <A> void write(ByteBuffer from, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        tell(startWrite(from, position), attachment, handler);
    }

    @Override
    public long size() throws IOException {
        return stat.mode() == Stat.MODE_BLOCK
                ? stat.size()
                : ask(() -> files.blocking().fstat(fd).size());
    }

    @Override
    public AsynchronousFileChannel truncate(long size) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("size " + size + " < 0");
        }
        requireWritable();
        if (stat.mode() == Stat.MODE_BLOCK) {
            throw new FileSystemException(path, null, "a block device cannot be cut");
        }
        if (size < size()) {
            ask(() -> files.blocking().ftruncate(fd, size));
        }
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        ask(() -> files.blocking().fsync(fd));
    }

    @Override
    public <A> void lock(
            long position, long size, boolean shared, A attachment, CompletionHandler<FileLock, ? super A> handler) {
        throw new UnsupportedOperationException("schemes lock no parts of files");
    }

    @Override
    public Future<FileLock> lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException("schemes lock no parts of files");
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException("schemes lock no parts of files");
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /// What is in flight ends with AsynchronousCloseException, or with its result if it was quicker.
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            end.run();
            try {
                cancelAll();
                files.blocking().close(fd);
            } catch (SchemeException failed) {
                if (failed.errno() != Errno.ESHUTDOWN) {
                    throw Failures.of(path, failed);
                }
            }
        }
    }

    private void cancelAll() {
        try {
            files.blocking().cancel(CancelFlags.FILE | CancelFlags.ALL, fd);
        } catch (SchemeException nothing) {
            // ENOENT: nothing is in flight.
        }
    }

    private CompletableFuture<Integer> startRead(ByteBuffer into, long position) {
        checkPosition(position);
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("the buffer to read into is read only");
        }
        if (!wishes.read()) {
            throw new NonReadableChannelException();
        }
        if (closed) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        if (!into.hasRemaining()) {
            return CompletableFuture.completedFuture(0);
        }
        Span span = span(position, into.remaining());
        if (span.length() == 0) {
            return CompletableFuture.completedFuture(-1);
        }
        return withBuffer(span, buffer -> {
            RequestFuture<Long> request = files.handle().pread(fd, buffer, span.start());
            return new Pending(request, moved -> {
                int count = Math.clamp(moved - span.skip(), 0, span.length());
                into.put(buffer.segment().asSlice(span.skip(), count).asByteBuffer());
                return count == 0 ? -1 : count;
            });
        });
    }

    private CompletableFuture<Integer> startWrite(ByteBuffer from, long position) {
        checkPosition(position);
        if (!wishes.write()) {
            throw new NonWritableChannelException();
        }
        if (closed) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        if (!from.hasRemaining()) {
            return CompletableFuture.completedFuture(0);
        }
        Span span = span(position, from.remaining());
        if (span.length() == 0) {
            return CompletableFuture.failedFuture(
                    new FileSystemException(path, null, "write at " + position + ": " + Errno.ENOSPC.meaning()));
        }
        if (!span.isAligned()) {
            return changeBlocks(span, from);
        }
        return withBuffer(span, buffer -> {
            fill(span, from, buffer);
            RequestFuture<Long> request = files.handle().pwrite(fd, buffer, span.start());
            return new Pending(request, moved -> consumed(from, Math.clamp(moved, 0, span.length())));
        });
    }

    private CompletableFuture<Integer> changeBlocks(Span span, ByteBuffer from) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            files.blocks().lock();
            try (BufferSlice buffer = acquire(span)) {
                long there = files.blocking().pread(fd, buffer, span.start());
                if (there < span.bytes()) {
                    throw new SchemeException(Errno.EIO, there + " of " + span.bytes() + " bytes at " + span.start());
                }
                fill(span, from, buffer);
                long moved = files.blocking().pwrite(fd, buffer, span.start());
                result.complete(consumed(from, Math.clamp(moved - span.skip(), 0, span.length())));
            } catch (SchemeException failed) {
                result.completeExceptionally(failure(failed));
            } catch (RuntimeException failed) {
                result.completeExceptionally(failed);
            } finally {
                files.blocks().unlock();
            }
        });
        return result;
    }

    private BufferSlice acquire(Span span) {
        return files.acquire(span.bytes(), Math.max(8, Integer.highestOneBit(stat.blockSize())));
    }

    private Span span(long position, int length) {
        int block = stat.blockSize();
        long end = stat.mode() == Stat.MODE_BLOCK && stat.size() > 0 ? stat.size() : Long.MAX_VALUE - BYTES_MAX;
        return Span.of(position, length, block, Math.max(1, BYTES_MAX / block) * block, end);
    }

    private static void fill(Span span, ByteBuffer from, BufferSlice buffer) {
        MemorySegment.copy(
                MemorySegment.ofBuffer(from).asSlice(0, span.length()),
                0,
                buffer.segment(),
                span.skip(),
                span.length());
    }

    private static int consumed(ByteBuffer from, int count) {
        from.position(from.position() + count);
        return count;
    }

    private void checkPosition(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + " < 0");
        }
    }

    private void requireWritable() {
        if (!wishes.write()) {
            throw new NonWritableChannelException();
        }
    }

    /// A request, and what to do with the number of bytes that it moved, on the thread that drives.
    private record Pending(RequestFuture<Long> request, LongFunction<Integer> finish) {}

    /// Sends a request around a buffer.
    private interface Sender {
        Pending send(BufferSlice buffer);
    }

    private CompletableFuture<Integer> withBuffer(Span span, Sender sender) {
        BufferSlice buffer;
        try {
            buffer = acquire(span);
        } catch (SchemeException noMemory) {
            return CompletableFuture.failedFuture(failure(noMemory));
        }
        Pending pending = sender.send(buffer);
        Result result = new Result(pending.request);
        var _ = pending.request.whenComplete((moved, failed) -> {
            try {
                if (failed == null && moved > span.bytes()) {
                    result.completeExceptionally(
                            new FileSystemException(path, null, moved + " of " + span.bytes() + " bytes were moved"));
                } else if (failed == null) {
                    result.complete(pending.finish.apply(moved));
                } else {
                    result.fail(failure(failed));
                }
            } finally {
                buffer.close();
            }
        });
        return result;
    }

    /// Cancelling it cancels the request.
    private static final class Result extends CompletableFuture<Integer> {
        private final RequestFuture<Long> request;

        Result(RequestFuture<Long> request) {
            this.request = request;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return request.cancel(mayInterruptIfRunning);
        }

        void fail(Throwable cause) {
            if (request.isCancelled()) {
                super.cancel(false);
            } else {
                completeExceptionally(cause);
            }
        }
    }

    private <A> void tell(
            CompletableFuture<Integer> result, A attachment, CompletionHandler<Integer, ? super A> handler) {
        var _ = result.whenCompleteAsync(
                (count, failed) -> {
                    if (failed == null) {
                        handler.completed(count, attachment);
                    } else {
                        handler.failed(failed, attachment);
                    }
                },
                executor);
    }

    private Throwable failure(Throwable failed) {
        Throwable cause = failed instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failed;
        if (!(cause instanceof SchemeException scheme)) {
            return cause;
        }
        if (closed
                && (scheme.errno() == Errno.ECANCELED
                        || scheme.errno() == Errno.EBADF
                        || scheme.errno() == Errno.ESHUTDOWN)) {
            return new AsynchronousCloseException();
        }
        return Failures.of(path, scheme);
    }

    private <T> T ask(Supplier<T> question) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        try {
            return question.get();
        } catch (SchemeException failed) {
            throw Failures.of(path, failed);
        }
    }

    /// Opens a file.
    static SchemeAsyncChannel open(
            FerriteFileSystem fileSystem, FerritePath path, OpenWishes wishes, @Nullable Executor executor)
            throws IOException {
        AsyncFiles files = fileSystem.async(path);
        long flags = wishes.flags();
        try {
            long fd = files.blocking().open(path.schemePath(), flags);
            Stat stat = files.blocking().fstat(fd);
            if (stat.isDirectory()
                    || stat.blockSize() < 1
                    || stat.blockSize() > SchemeFile.BLOCK_BYTES_MAX
                    || stat.size() < 0) {
                files.blocking().close(fd);
                throw new FileSystemException(
                        path.toString(), null, stat.isDirectory() ? "is a directory" : "its scheme tells " + stat);
            }
            SchemeAsyncChannel[] self = new SchemeAsyncChannel[1];
            self[0] = new SchemeAsyncChannel(
                    files,
                    path.toString(),
                    fd,
                    stat,
                    wishes,
                    executor == null ? Thread::startVirtualThread : executor,
                    () -> fileSystem.closedChannel(self[0]));
            fileSystem.opened(self[0]);
            return self[0];
        } catch (SchemeException failed) {
            throw Failures.of(path.toString(), failed);
        }
    }
}
