package ferrite.spi.ring;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The end of a ring that **asks**: it sends submission queue entries and receives completion queue entries.
/// It consumes the *service*, not the entries.
///
/// Used only by code of the context that owns it (under that context's run token), or, in an application, by one
/// thread at a time. The runtime keeps the record of a request, and the buffer it names, until its terminal
/// completion is reaped, whatever the caller does meanwhile.
public interface ConsumerInstance extends AutoCloseable {

    /// This ring's number in its context; the same before and after a swap.
    int id();

    /// Where the ring is in its life.
    RingState state();

    /// Queues a request without a buffer.
    ///
    /// @return false if the submission queue is full or as many requests as allowed are in flight: reap, then retry
    /// @throws SchemeException ESHUTDOWN if the ring is not open
    boolean submit(SubmissionQueueEntry entry);

    /// Queues a request on a buffer. The buffer is guarded until the terminal completion is reaped, and the serving
    /// side may touch it until it has answered, as far as the slice's access goes.
    ///
    /// @param entry its address and length are overwritten with those of `buffer`
    /// @return false if the submission queue is full or as many requests as allowed are in flight: reap, then retry
    /// @throws SchemeException ESHUTDOWN if the ring is not open, EFAULT if the slice is not live
    boolean submit(SubmissionQueueEntry entry, BufferSlice buffer);

    /// [#submit(SubmissionQueueEntry)] with another user data: an entry that is kept and sent many times needs no copy.
    default boolean submit(SubmissionQueueEntry entry, long userData) {
        return submit(entry.withUserData(userData));
    }

    /// [#submit(SubmissionQueueEntry, BufferSlice)] with another user data and offset.
    default boolean submit(SubmissionQueueEntry entry, BufferSlice buffer, long userData, long offset) {
        return submit(entry.withUserData(userData).withOffset(offset), buffer);
    }

    /// Takes completions that are ready. Never waits.
    ///
    /// @return how many were handed over, 0..limit
    int reap(CompletionHandler handler, int limit);

    /// [#reap(CompletionHandler, int)] without an object for each completion.
    default int reap(CompletionSink sink, int limit) {
        CompletionHandler handler =
                entry -> sink.completed(entry.userData(), entry.status(), entry.flags(), entry.extra());
        return reap(handler, limit);
    }

    /// Lets the serving side run, on this thread if it is free, until at least `minComplete` completions wait to be
    /// reaped, the ring is no longer open, or the thread of an application is interrupted.
    ///
    /// @return how many completions wait to be reaped
    int enter(int minComplete);

    /// [#enter(int)] with a limit of time and more to wait for.
    ///
    /// @param flags [EnterFlags]
    /// @param timeoutNanos 0 and up
    /// @throws SchemeException EOPNOTSUPP if the ring cannot give up in time
    default int enter(int minComplete, int flags, long timeoutNanos) {
        throw new SchemeException(Errno.EOPNOTSUPP, "ring " + id() + " waits without a limit of time");
    }

    /// Lets entries with [SqeFlags#REGISTERED_FILE] name these files by place, so that the ring need not look them up.
    /// Replaces what was registered before.
    ///
    /// @param fds descriptors
    /// @throws SchemeException EBADF if one is not open, EOPNOTSUPP on a ring that does not go to the kernel
    default void registerFiles(long... fds) {
        throw new SchemeException(Errno.EOPNOTSUPP, "ring " + id() + " has no registered files");
    }

    /// Lets entries with [SqeFlags#REGISTERED_BUFFER] name parts of these buffers. They stay guarded until others are
    /// registered in their place or the ring is closed, also while no request is in flight.
    ///
    /// @throws SchemeException EFAULT if a slice is not live
    default void registerBuffers(List<BufferSlice> buffers) {
        throw new SchemeException(Errno.EOPNOTSUPP, "ring " + id() + " has no registered buffers");
    }

    /// From now on only these opcodes are served on this ring; others answer EACCES. Cannot be widened again.
    ///
    /// @param opcodes 0..255
    default void restrict(int... opcodes) {
        throw new SchemeException(Errno.EOPNOTSUPP, "ring " + id() + " cannot be restricted");
    }

    /// One request, waited for: submits, enters, and takes exactly this completion; others stay for [#reap].
    /// Downward calls only: what is served by a higher layer answers EDEADLK at `open` or `connect`. An application
    /// whose thread is interrupted gets EINTR; the request is cancelled, and its buffer stays guarded until it has ended.
    CompletionQueueEntry call(SubmissionQueueEntry entry);

    /// [#call(SubmissionQueueEntry)] on a buffer.
    CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer);

    /// Closes this end. What is in flight is cancelled; its buffers come back when it has ended.
    @Override
    void close();

    /// Opens a path: `scheme:rest` on the kernel ring, the part after the colon on a ring to a scheme.
    ///
    /// @param pool lends the bytes of the path for the time of the call
    /// @param flags [ferrite.spi.scheme.OpenFlags]
    /// @return the file
    /// @throws SchemeException as the scheme answers
    default long open(BufferPool pool, String path, long flags) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        try (BufferSlice slice = pool.acquire(Math.max(1, bytes.length), 1)) {
            BufferSlice exact = slice.slice(0, bytes.length);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, exact.segment(), 0, bytes.length);
            return call(SubmissionQueueEntry.of(Opcode.OPEN).withOffset(flags), exact)
                    .valueOrThrow("open " + path);
        }
    }

    /// Closes a file.
    ///
    /// @throws SchemeException EBADF
    default void closeFile(long fd) {
        call(SubmissionQueueEntry.of(Opcode.CLOSE).withFd(fd)).valueOrThrow("close " + fd);
    }

    /// Reads at an offset into the buffer.
    ///
    /// @return bytes read, 0 at the end
    /// @throws SchemeException as the scheme answers
    default long pread(long fd, BufferSlice buffer, long offset) {
        return call(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd).withOffset(offset), buffer)
                .valueOrThrow("read at " + offset);
    }

    /// Writes the buffer at an offset.
    ///
    /// @return bytes written
    /// @throws SchemeException as the scheme answers
    default long pwrite(long fd, BufferSlice buffer, long offset) {
        return call(SubmissionQueueEntry.of(Opcode.PWRITE).withFd(fd).withOffset(offset), buffer)
                .valueOrThrow("write at " + offset);
    }
}
