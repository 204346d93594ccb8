package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The operations of one ring as futures. Any thread; from the thread that drives, a request is sent at once.
///
/// Every failure is in the future: a [SchemeException] with the peer's error, EAGAIN if all places of the ring are taken,
/// ESHUTDOWN if ring or reactor is closed. A slice that is given must not be closed before the future is done; if it
/// is closed while the request waits for room, the request ends with EFAULT, and if it is closed in flight, the bytes
/// come back when the peer has let go.
public final class Handle {
    private final Reactor reactor;
    private final ConsumerPort port;
    private final SubmissionContext context;
    private final boolean patient;

    Handle(Reactor reactor, ConsumerPort port, SubmissionContext context) {
        this(reactor, port, context, false);
    }

    private Handle(Reactor reactor, ConsumerPort port, SubmissionContext context, boolean patient) {
        this.reactor = reactor;
        this.port = port;
        this.context = context;
        this.patient = patient;
    }

    /// The same ring, with this context for every request.
    public Handle with(SubmissionContext newContext) {
        return new Handle(reactor, port, newContext, patient);
    }

    /// The same operations, waited for. For virtual threads, and other threads than the owner's.
    public BlockingHandle blocking() {
        return new BlockingHandle(reactor, new Handle(reactor, port, context, true));
    }

    /// The ring.
    public ConsumerRingId ring() {
        return port.id;
    }

    /// Begins a chain of requests.
    public Chain chain() {
        return new Chain(reactor, port, context);
    }

    /// Events of a file, one watch for each subscriber. Events that come faster than they are asked for are one event
    /// with the bits of all of them.
    ///
    /// @param events [ferrite.spi.scheme.EventFlags]
    public EventStream events(long fd, int events) {
        return new EventStream(reactor, port, told().applyTo(Entries.watch(fd, events)), EventStream.MERGE);
    }

    /// Events of any multi-shot request, each one kept.
    ///
    /// @param entry with [ferrite.spi.ring.SqeFlags#SUBSCRIBE]
    /// @param capacity most events that wait for the subscriber, ≥ 1; one more ends the stream with ENOBUFS
    public EventStream stream(SubmissionQueueEntry entry, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " < 1");
        }
        return new EventStream(reactor, port, told().applyTo(entry), capacity);
    }

    /// Sends a request of which only a failure is told, to [Reactor#onPostFailure].
    ///
    /// @param label tells failures apart
    /// @return false if all places are taken
    public boolean post(SubmissionQueueEntry entry, int label) {
        SubmissionQueueEntry marked = context.withSkipSuccess().applyTo(entry);
        boolean remote = !reactor.isDriving();
        if (reactor.isClosing() || remote && !port.remotePermits.tryAcquire()) {
            return false;
        }
        if (!remote) {
            return port.submit(marked, null, marked.offset(), port::postFailed, label, false) != RequestTable.NONE;
        }
        reactor.perform(new Inbox.Work() {
            @Override
            public void run() {
                port.submit(marked, null, marked.offset(), port::postFailed, label, true);
            }

            @Override
            public void refuse() {
                port.remotePermits.release();
            }
        });
        return true;
    }

    /// Any entry, private opcodes too.
    public RequestFuture<CompletionQueueEntry> call(SubmissionQueueEntry entry) {
        return ask(() -> entry, null, "opcode " + entry.opcode(), Handle::completion);
    }

    /// [#call(SubmissionQueueEntry)] on a buffer.
    public RequestFuture<CompletionQueueEntry> call(SubmissionQueueEntry entry, BufferSlice buffer) {
        return ask(() -> entry, buffer, "opcode " + entry.opcode(), Handle::completion);
    }

    /// Opens a path.
    ///
    /// @param path `scheme:rest` on a primary ring, the rest on a secondary one
    /// @param flags [ferrite.spi.scheme.OpenFlags]
    /// @return the file
    public RequestFuture<Long> open(String path, long flags) {
        return text(() -> Entries.open(flags), path, "open " + path);
    }

    /// Opens a path relative to a directory.
    ///
    /// @return the file
    public RequestFuture<Long> openAt(long directory, String path, long flags) {
        return text(
                () -> Entries.on(Opcode.OPEN_AT, directory).withOffset(flags),
                path,
                "open " + path + " at " + directory);
    }

    /// Closes a file.
    public RequestFuture<Long> close(long fd) {
        return value(() -> Entries.on(Opcode.CLOSE, fd), null, "close " + fd);
    }

    /// Closes the descriptors whose places are first..first + count − 1.
    ///
    /// @return how many were open
    public RequestFuture<Long> closeRange(long first, long count) {
        return value(() -> Entries.closeRange(first, count), null, "close " + count + " from " + first);
    }

    /// Reads at the descriptor's own offset.
    ///
    /// @return bytes, 0 at the end
    public RequestFuture<Long> read(long fd, BufferSlice into) {
        return value(() -> Entries.on(Opcode.READ, fd), into, "read " + fd);
    }

    /// Writes at the descriptor's own offset.
    ///
    /// @return bytes
    public RequestFuture<Long> write(long fd, BufferSlice from) {
        return value(() -> Entries.on(Opcode.WRITE, fd), from, "write " + fd);
    }

    /// Reads at an offset.
    ///
    /// @return bytes, 0 at the end
    public RequestFuture<Long> pread(long fd, BufferSlice into, long offset) {
        return value(() -> Entries.pread(fd, offset), into, "read " + fd + " at " + offset);
    }

    /// Writes at an offset.
    ///
    /// @return bytes
    public RequestFuture<Long> pwrite(long fd, BufferSlice from, long offset) {
        return value(() -> Entries.pwrite(fd, offset), from, "write " + fd + " at " + offset);
    }

    /// Reads into parts of a buffer ([Entries#layOut]).
    public RequestFuture<Long> readv(long fd, BufferSlice into, int parts) {
        return value(() -> Entries.vector(Opcode.READV, fd, 0, parts), into, "read " + fd);
    }

    /// Writes from parts of a buffer ([Entries#layOut]).
    public RequestFuture<Long> writev(long fd, BufferSlice from, int parts) {
        return value(() -> Entries.vector(Opcode.WRITEV, fd, 0, parts), from, "write " + fd);
    }

    /// Reads at an offset into parts of a buffer ([Entries#layOut]).
    public RequestFuture<Long> preadv(long fd, BufferSlice into, int parts, long offset) {
        return value(() -> Entries.vector(Opcode.PREADV, fd, offset, parts), into, "read " + fd + " at " + offset);
    }

    /// Writes at an offset from parts of a buffer ([Entries#layOut]).
    public RequestFuture<Long> pwritev(long fd, BufferSlice from, int parts, long offset) {
        return value(() -> Entries.vector(Opcode.PWRITEV, fd, offset, parts), from, "write " + fd + " at " + offset);
    }

    /// Duplicates a descriptor.
    ///
    /// @return the new descriptor
    public RequestFuture<Long> dup(long fd) {
        return value(() -> Entries.on(Opcode.DUP, fd), null, "dup " + fd);
    }

    /// Duplicates a descriptor.
    ///
    /// @param argument names a sub-open
    /// @return the new descriptor
    public RequestFuture<Long> dup(long fd, String argument) {
        return text(() -> Entries.on(Opcode.DUP, fd), argument, "dup " + fd + " \"" + argument + '"');
    }

    /// Makes bytes of a file present in the pool.
    public RequestFuture<Mapping> mmap(long fd, long offset, long length) {
        return ask(
                () -> Entries.mmap(fd, offset, length),
                null,
                "map " + fd,
                (status, _, extra) -> new Mapping(status, extra));
    }

    /// Ends a mapping.
    ///
    /// @param address [Mapping#address]
    public RequestFuture<Long> munmap(long address) {
        return value(() -> SubmissionQueueEntry.of(Opcode.MUNMAP).withAddress(address, 0), null, "unmap " + address);
    }

    /// What the scheme tells of a file.
    public RequestFuture<Stat> fstat(long fd) {
        return answer(
                () -> Entries.on(Opcode.FSTAT, fd), Stat.BYTES, "stat " + fd, (bytes, _, _) -> Stat.decode(bytes, 0));
    }

    /// What the scheme tells of the whole that a file belongs to.
    public RequestFuture<StatVfs> fstatvfs(long fd) {
        return answer(
                () -> Entries.on(Opcode.FSTATVFS, fd),
                StatVfs.BYTES,
                "statvfs " + fd,
                (bytes, _, _) -> StatVfs.decode(bytes, 0));
    }

    /// The path of a file.
    public RequestFuture<String> fpath(long fd) {
        return answer(
                () -> Entries.on(Opcode.FPATH, fd),
                Operation.PATH_BYTES_MAX,
                "path of " + fd,
                (bytes, count, _) -> utf8(bytes, count));
    }

    /// Makes what was acknowledged durable.
    public RequestFuture<Long> fsync(long fd) {
        return value(() -> Entries.on(Opcode.FSYNC, fd), null, "sync " + fd);
    }

    /// Cuts or grows a file.
    ///
    /// @param size bytes
    public RequestFuture<Long> ftruncate(long fd, long size) {
        return value(() -> Entries.at(Opcode.FTRUNCATE, fd, size), null, "cut " + fd + " to " + size);
    }

    /// Moves the descriptor's own offset.
    ///
    /// @return the new offset
    public RequestFuture<Long> seek(long fd, long offset, Whence whence) {
        return value(
                () -> Entries.on(Opcode.SEEK, fd).withOffset(offset).withAdditional(whence.code(), 0),
                null,
                "seek " + fd);
    }

    /// Some names of a directory.
    ///
    /// @param cursor 0, or [Listing#next] of the call before
    public RequestFuture<Listing> getdents(long fd, long cursor) {
        return answer(
                () -> Entries.at(Opcode.GETDENTS, fd, cursor),
                Operation.PATH_BYTES_MAX * 4L,
                "list " + fd,
                (bytes, count, next) -> new Listing(utf8(bytes, count).lines().toList(), next));
    }

    /// Waits for one event.
    ///
    /// @param events [ferrite.spi.scheme.EventFlags]
    /// @return those that are ready
    public RequestFuture<Long> registerEvents(long fd, int events) {
        return value(() -> Entries.watch(fd, events).withFlags(0), null, "watch " + fd);
    }

    /// Asks for events without waiting.
    ///
    /// @return the events that are ready now
    public RequestFuture<Long> fevent(long fd, int events) {
        return value(() -> Entries.on(Opcode.FEVENT, fd).withSyscallFlags(events), null, "events of " + fd);
    }

    /// Done, with 0, when the time is over.
    public RequestFuture<Long> timeout(long nanos) {
        FutureCall<Long> call = call(() -> Entries.timeout(nanos), null, "timeout", (_, _, _) -> 0L);
        return start(call.expecting(Errno.ETIMEDOUT));
    }

    /// Cancels submissions of this ring by [ferrite.spi.ring.CancelFlags]; their own futures say what became of them.
    ///
    /// @return how many were asked to end
    public RequestFuture<Long> cancel(int cancelFlags, long fd) {
        return value(() -> Entries.cancel(cancelFlags, fd), null, "cancel");
    }

    /// Does nothing.
    public RequestFuture<Long> nop() {
        return value(Entries::nop, null, "nop");
    }

    /// Waits until a context has ended.
    ///
    /// @param pid number of the context
    /// @return its exit status
    public RequestFuture<Long> waitpid(long pid) {
        return value(() -> SubmissionQueueEntry.of(Opcode.WAITPID).withFd(pid), null, "wait for " + pid);
    }

    /// Waits while the 4 bytes are equal to `expected`.
    public RequestFuture<Long> futexWait(BufferSlice word, int expected) {
        return value(
                () -> SubmissionQueueEntry.of(Opcode.FUTEX_WAIT).withAdditional(expected & 0xFFFF_FFFFL, 0),
                word,
                "futex wait");
    }

    /// Wakes those who wait on the 4 bytes.
    ///
    /// @return how many were woken
    public RequestFuture<Long> futexWake(BufferSlice word, int most) {
        return value(
                () -> SubmissionQueueEntry.of(Opcode.FUTEX_WAKE).withAdditional(most & 0xFFFF_FFFFL, 0),
                word,
                "futex wake");
    }

    /// Puts a completion into another ring of the caller.
    ///
    /// @param ring [ferrite.spi.ring.ConsumerInstance#id()]
    public RequestFuture<Long> msgRing(int ring, long userData, long status) {
        return value(() -> Entries.message(ring, userData, status), null, "message to ring " + ring);
    }

    /// Gives a descriptor to the context that serves a ring.
    ///
    /// @param ring of the caller; its server gets the descriptor
    /// @return the descriptor there
    public RequestFuture<Long> sendFd(long fd, int ring) {
        return value(
                () -> Entries.on(Opcode.SEND_FD, fd).withAdditional(ring, 0), null, "send " + fd + " by ring " + ring);
    }

    /// Removes a file.
    public RequestFuture<Long> unlink(String path) {
        return text(() -> SubmissionQueueEntry.of(Opcode.UNLINK), path, "remove " + path);
    }

    /// Removes an empty directory.
    public RequestFuture<Long> rmdir(String path) {
        return text(() -> SubmissionQueueEntry.of(Opcode.RMDIR), path, "remove directory " + path);
    }

    /// Gives a file another path in its scheme.
    public RequestFuture<Long> frename(long fd, String path) {
        return text(() -> Entries.on(Opcode.FRENAME, fd), path, "rename to " + path);
    }

    /// Makes a namespace of these schemes.
    ///
    /// @return the namespace's number
    public RequestFuture<Long> mkns(List<String> schemes) {
        return text(() -> SubmissionQueueEntry.of(Opcode.MKNS), String.join("\n", schemes), "make a namespace");
    }

    /// Enters a namespace for good.
    ///
    /// @param namespace [#mkns], or 0 for the empty one
    public RequestFuture<Long> setrens(long namespace) {
        return value(
                () -> SubmissionQueueEntry.of(Opcode.SETRENS).withAdditional(namespace, 0),
                null,
                "enter namespace " + namespace);
    }

    /// A stream lives by its completions.
    private SubmissionContext told() {
        return new SubmissionContext(context.priority(), context.order(), false);
    }

    /// Makes the result from the bytes that the peer wrote.
    @FunctionalInterface
    private interface BytesDecoder<T> {
        T decode(MemorySegment bytes, long count, long extra);
    }

    private RequestFuture<Long> value(Supplier<SubmissionQueueEntry> entry, @Nullable BufferSlice buffer, String what) {
        return ask(entry, buffer, what, (status, _, _) -> status);
    }

    private RequestFuture<Long> text(Supplier<SubmissionQueueEntry> entry, String text, String what) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Operation.PATH_BYTES_MAX) {
            return failed(new SchemeException(Errno.ENAMETOOLONG, what + ": " + bytes.length + " bytes"));
        }
        return withOwn(bytes.length, what, whole -> {
            BufferSlice exact = whole.slice(0, bytes.length);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, exact.segment(), 0, bytes.length);
            return call(entry, exact, what, (status, _, _) -> status);
        });
    }

    private <T> RequestFuture<T> answer(
            Supplier<SubmissionQueueEntry> entry, long bytes, String what, BytesDecoder<T> decoder) {
        return withOwn(
                bytes,
                what,
                whole -> call(entry, whole.slice(0, bytes), what, (status, _, extra) -> {
                    if (status > bytes) {
                        throw new SchemeException(Errno.EBADMSG, what + ": " + status + " of " + bytes + " bytes");
                    }
                    return decoder.decode(whole.segment().asSlice(0, bytes), status, extra);
                }));
    }

    /// Makes a call around a slice that lives as long as it.
    @FunctionalInterface
    private interface OwnCall<T> {
        FutureCall<T> on(BufferSlice whole);
    }

    private <T> RequestFuture<T> withOwn(long bytes, String what, OwnCall<T> maker) {
        BufferSlice whole;
        try {
            whole = reactor.pool().acquire(Math.max(1, bytes), 8);
        } catch (SchemeException noMemory) {
            return failed(new SchemeException(noMemory.errno(), what + ": no buffer of " + bytes + " bytes"));
        }
        FutureCall<T> call;
        try {
            call = maker.on(whole);
        } catch (SchemeException badArgument) {
            whole.close();
            return failed(badArgument);
        }
        return start(call.owning(whole));
    }

    private <T> RequestFuture<T> ask(
            Supplier<SubmissionQueueEntry> entry,
            @Nullable BufferSlice buffer,
            String what,
            FutureCall.Decoder<T> decoder) {
        FutureCall<T> call;
        try {
            call = call(entry, buffer, what, decoder);
        } catch (SchemeException badArgument) {
            return failed(badArgument);
        }
        return start(call);
    }

    private <T> FutureCall<T> call(
            Supplier<SubmissionQueueEntry> entry,
            @Nullable BufferSlice buffer,
            String what,
            FutureCall.Decoder<T> decoder) {
        SubmissionQueueEntry sent = context.applyTo(entry.get());
        if ((sent.flags() & SqeFlags.SKIP_SUCCESS) != 0) {
            throw new SchemeException(Errno.EINVAL, what + ": a future needs the success that is skipped; use post");
        }
        return new FutureCall<>(reactor, port, sent, buffer, what, decoder);
    }

    private <T> RequestFuture<T> start(FutureCall<T> call) {
        if (call.isRemote() && !takePermit(call)) {
            return call.future();
        }
        reactor.perform(call);
        return call.future();
    }

    private boolean takePermit(FutureCall<?> call) {
        if (port.remotePermits.tryAcquire()) {
            return true;
        }
        if (!patient) {
            call.fail(call.full());
            return false;
        }
        try {
            port.remotePermits.acquire();
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            call.fail(new SchemeException(Errno.EINTR, "waiting for a place of the ring"));
            return false;
        }
    }

    private static <T> RequestFuture<T> failed(SchemeException cause) {
        RequestFuture<T> future = new RequestFuture<>(null);
        future.completeExceptionally(cause);
        return future;
    }

    private static CompletionQueueEntry completion(long status, long flags, long extra) {
        return new CompletionQueueEntry(0, status, flags, extra);
    }

    private static String utf8(MemorySegment bytes, long count) {
        return new String(bytes.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
