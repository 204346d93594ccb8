package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// The operations of one ring, waited for: the work goes to the reactor's owner and the caller parks, so a virtual
/// thread gives up its carrier. When all places of the ring are taken, the caller waits for one.
///
/// Not for the thread that drives the reactor (IllegalStateException). A failure is a [SchemeException] with the peer's
/// error; a caller that is interrupted gets EINTR and stays interrupted, the request is cancelled, and its buffer comes
/// back when the peer has let go.
public final class BlockingHandle {
    private final Reactor reactor;
    private final Handle handle;

    BlockingHandle(Reactor reactor, Handle handle) {
        this.reactor = reactor;
        this.handle = handle;
    }

    /// The same ring, with this context for every request.
    public BlockingHandle with(SubmissionContext context) {
        return new BlockingHandle(reactor, handle.with(context));
    }

    /// Waits for a request of any handle of this reactor.
    public <T> T await(Future<T> request) {
        checkNotOwner();
        try {
            return request.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            request.cancel(true);
            throw new SchemeException(Errno.EINTR, "interrupted; the request is cancelled");
        } catch (CancellationException cancelled) {
            throw new SchemeException(Errno.ECANCELED, "cancelled by another thread");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SchemeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    /// [Handle#call(SubmissionQueueEntry)].
    public CompletionQueueEntry call(SubmissionQueueEntry entry) {
        return await(handle.call(entry));
    }

    /// [Handle#call(SubmissionQueueEntry, BufferSlice)].
    public CompletionQueueEntry call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return await(handle.call(entry, buffer));
    }

    /// [Handle#open(String, long)].
    public long open(String path, long flags) {
        return await(handle.open(path, flags));
    }

    /// [Handle#openAt(long, String, long)].
    public long openAt(long directory, String path, long flags) {
        return await(handle.openAt(directory, path, flags));
    }

    /// [Handle#close(long)].
    public long close(long fd) {
        return await(handle.close(fd));
    }

    /// [Handle#closeRange(long, long)].
    public long closeRange(long first, long count) {
        return await(handle.closeRange(first, count));
    }

    /// [Handle#read(long, BufferSlice)].
    public long read(long fd, BufferSlice into) {
        return await(handle.read(fd, into));
    }

    /// [Handle#write(long, BufferSlice)].
    public long write(long fd, BufferSlice from) {
        return await(handle.write(fd, from));
    }

    /// [Handle#pread(long, BufferSlice, long)].
    public long pread(long fd, BufferSlice into, long offset) {
        return await(handle.pread(fd, into, offset));
    }

    /// [Handle#pwrite(long, BufferSlice, long)].
    public long pwrite(long fd, BufferSlice from, long offset) {
        return await(handle.pwrite(fd, from, offset));
    }

    /// [Handle#readv(long, BufferSlice, int)].
    public long readv(long fd, BufferSlice into, int parts) {
        return await(handle.readv(fd, into, parts));
    }

    /// [Handle#writev(long, BufferSlice, int)].
    public long writev(long fd, BufferSlice from, int parts) {
        return await(handle.writev(fd, from, parts));
    }

    /// [Handle#preadv(long, BufferSlice, int, long)].
    public long preadv(long fd, BufferSlice into, int parts, long offset) {
        return await(handle.preadv(fd, into, parts, offset));
    }

    /// [Handle#pwritev(long, BufferSlice, int, long)].
    public long pwritev(long fd, BufferSlice from, int parts, long offset) {
        return await(handle.pwritev(fd, from, parts, offset));
    }

    /// [Handle#dup(long)].
    public long dup(long fd) {
        return await(handle.dup(fd));
    }

    /// [Handle#dup(long, String)].
    public long dup(long fd, String argument) {
        return await(handle.dup(fd, argument));
    }

    /// [Handle#mmap(long, long, long)].
    public Mapping mmap(long fd, long offset, long length) {
        return await(handle.mmap(fd, offset, length));
    }

    /// [Handle#munmap(long)].
    public long munmap(long address) {
        return await(handle.munmap(address));
    }

    /// [Handle#fstat(long)].
    public Stat fstat(long fd) {
        return await(handle.fstat(fd));
    }

    /// [Handle#fstatvfs(long)].
    public StatVfs fstatvfs(long fd) {
        return await(handle.fstatvfs(fd));
    }

    /// [Handle#fpath(long)].
    public String fpath(long fd) {
        return await(handle.fpath(fd));
    }

    /// [Handle#fsync(long)].
    public long fsync(long fd) {
        return await(handle.fsync(fd));
    }

    /// [Handle#ftruncate(long, long)].
    public long ftruncate(long fd, long size) {
        return await(handle.ftruncate(fd, size));
    }

    /// [Handle#seek(long, long, Whence)].
    public long seek(long fd, long offset, Whence whence) {
        return await(handle.seek(fd, offset, whence));
    }

    /// [Handle#getdents(long, long)].
    public Listing getdents(long fd, long cursor) {
        return await(handle.getdents(fd, cursor));
    }

    /// [Handle#registerEvents(long, int)].
    public long registerEvents(long fd, int events) {
        return await(handle.registerEvents(fd, events));
    }

    /// [Handle#fevent(long, int)].
    public long fevent(long fd, int events) {
        return await(handle.fevent(fd, events));
    }

    /// [Handle#timeout(long)].
    public long timeout(long nanos) {
        return await(handle.timeout(nanos));
    }

    /// [Handle#cancel(int, long)].
    public long cancel(int cancelFlags, long fd) {
        return await(handle.cancel(cancelFlags, fd));
    }

    /// [Handle#nop()].
    public long nop() {
        return await(handle.nop());
    }

    /// [Handle#waitpid(long)].
    public long waitpid(long pid) {
        return await(handle.waitpid(pid));
    }

    /// [Handle#futexWait(BufferSlice, int)].
    public long futexWait(BufferSlice word, int expected) {
        return await(handle.futexWait(word, expected));
    }

    /// [Handle#futexWake(BufferSlice, int)].
    public long futexWake(BufferSlice word, int most) {
        return await(handle.futexWake(word, most));
    }

    /// [Handle#msgRing(int, long, long)].
    public long msgRing(int ring, long userData, long status) {
        return await(handle.msgRing(ring, userData, status));
    }

    /// [Handle#sendFd(long, int)].
    public long sendFd(long fd, int ring) {
        return await(handle.sendFd(fd, ring));
    }

    /// [Handle#unlink(String)].
    public long unlink(String path) {
        return await(handle.unlink(path));
    }

    /// [Handle#rmdir(String)].
    public long rmdir(String path) {
        return await(handle.rmdir(path));
    }

    /// [Handle#frename(long, String)].
    public long frename(long fd, String path) {
        return await(handle.frename(fd, path));
    }

    /// [Handle#mkns(List)].
    public long mkns(List<String> schemes) {
        return await(handle.mkns(schemes));
    }

    /// [Handle#setrens(long)].
    public long setrens(long namespace) {
        return await(handle.setrens(namespace));
    }

    private void checkNotOwner() {
        if (reactor.isDriving()) {
            throw new IllegalStateException("the thread that drives a reactor would wait for itself; use Handle");
        }
    }
}
