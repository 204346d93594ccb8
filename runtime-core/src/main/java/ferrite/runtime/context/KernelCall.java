package ferrite.runtime.context;

import ferrite.buffer.RequestSlice;
import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.ServedRequest;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One operation on its way through the kernel: from a context's ring (or from the kernel itself) to who serves it, and
/// back. It is all that the kernel remembers of the operation, at most 128 bytes: no thread and no stack waits with it.
///
/// Completed exactly once, by any thread; later completions change nothing (a cancellation and an answer may meet). An
/// object that was completed while it was being begun, on the same thread, is used again for the record's next entry:
/// a scheme keeps only what it has not answered.
public final class KernelCall implements Request {
    /// Turns the server's answer into the caller's: installs a descriptor, moves a position. Runs once.
    @FunctionalInterface
    public interface Conclusion {
        /// The server's answer as it is.
        Conclusion PASS = (_, status) -> status;

        /// @return what the caller sees
        long conclude(KernelCall call, long status);
    }

    private static final int LIVE = 0;
    private static final int DONE = 1;
    private static final AtomicIntegerFieldUpdater<KernelCall> STATE =
            AtomicIntegerFieldUpdater.newUpdater(KernelCall.class, "state");

    private final KernelContext context;
    private final @Nullable KernelRing ring;
    private final @Nullable InFlight record;
    private int generation;
    private volatile int state = LIVE;
    private boolean reusable;

    private @Nullable SchemeTarget target;
    private Conclusion conclusion = Conclusion.PASS;
    private @Nullable Object subject;
    private @Nullable BufferSlice source;
    private @Nullable RequestSlice lent;
    private boolean bound;
    private long head;
    private long file;
    private long length;
    private long address;
    private long offset;
    private long additional1;
    private long additional2;

    /// A call for an entry, to be filled by [#fill].
    KernelCall(KernelContext context, KernelRing ring, InFlight record) {
        this.context = context;
        this.ring = ring;
        this.record = record;
    }

    /// A call that the kernel itself makes on behalf of a context.
    ///
    /// @param entry as the server is to see it
    /// @param subject for the conclusion
    public KernelCall(
            KernelContext context,
            SchemeTarget target,
            SubmissionQueueEntry entry,
            @Nullable BufferSlice source,
            Conclusion conclusion,
            @Nullable Object subject) {
        this.context = context;
        ring = null;
        record = null;
        this.target = target;
        this.conclusion = conclusion;
        this.subject = subject;
        this.source = source;
        head = entry.head();
        file = entry.fd();
        length = source == null ? entry.length() : source.length();
        address = source == null ? entry.address() : source.address();
        offset = entry.offset();
        additional1 = entry.additional1();
        additional2 = entry.additional2();
    }

    /// A watch that the kernel itself sets up on a file.
    ///
    /// @param entry `RegisterEvents` with SUBSCRIBE
    /// @param onEvent gets the events of each hit, on any thread
    public static KernelCall watch(
            KernelContext context, FileDescription file, SubmissionQueueEntry entry, LongConsumer onEvent) {
        return new KernelCall(context, file.target(), entry.withFd(file.file()), null, Conclusion.PASS, onEvent);
    }

    /// Makes it the call of its record's present entry.
    ///
    /// @param server who is to answer
    /// @param opcode as the server is to see it
    /// @param serverFile the server's own number
    /// @param bytes the caller's; null if it named none
    /// @param at offset, bytes
    /// @param how what becomes of the answer
    /// @param what for the conclusion
    public KernelCall fill(
            SchemeTarget server,
            int opcode,
            long serverFile,
            @Nullable BufferSlice bytes,
            long at,
            Conclusion how,
            @Nullable Object what) {
        InFlight entry = record;
        if (entry == null) {
            throw new IllegalStateException("a call without an entry is filled when it is made");
        }
        generation = entry.generation();
        reusable = false;
        target = server;
        conclusion = how;
        subject = what;
        source = bytes;
        head = opcode | (long) (entry.flags() & SqeFlags.SUBSCRIBE) << 8 | (long) entry.syscallFlags() << 32;
        file = serverFile;
        length = bytes == null ? entry.length() : bytes.length();
        address = bytes == null ? entry.address() : bytes.address();
        offset = at;
        additional1 = entry.additional1();
        additional2 = entry.additional2();
        STATE.lazySet(this, LIVE); // begin publishes it
        return this;
    }

    /// Goes to who serves it.
    public void begin() {
        SchemeTarget server = target;
        if (server == null || server.isGone()) {
            fail(Errno.ENODEV);
            return;
        }
        server.handle(this);
    }

    /// Asks the server to give it back.
    public void cancel() {
        SchemeTarget server = target;
        if (server != null && isLive()) {
            server.cancel(this);
        }
    }

    /// Whether it was completed on the owner's thread, so that nobody else can be in the middle of it.
    boolean isReusable() {
        return reusable;
    }

    /// The first word of the entry as it goes to a plug-in's ring.
    public long head() {
        return head;
    }

    /// The caller's bytes as they go to a plug-in's ring; null if it named none.
    public @Nullable BufferSlice source() {
        return source;
    }

    /// What the conclusion needs.
    public @Nullable Object subject() {
        return subject;
    }

    /// The asking context.
    public KernelContext context() {
        return context;
    }

    @Override
    public int opcode() {
        return (int) head & 0xFF;
    }

    @Override
    public int flags() {
        return (int) (head >>> 8) & 0xFF;
    }

    @Override
    public int syscallFlags() {
        return (int) (head >>> 32);
    }

    @Override
    public long file() {
        return file;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long address() {
        return address;
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
        return source != null;
    }

    @Override
    public BufferSlice buffer() {
        if (source == null) {
            throw new SchemeException(Errno.EFAULT, "opcode " + opcode() + " names no buffer");
        }
        RequestSlice slice = lent;
        if (slice == null) {
            slice = new RequestSlice(context.kernelView());
            lent = slice;
        }
        if (!bound) {
            slice.bind(source, ServedRequest.accessFor(opcode(), source.access()));
            bound = true;
        }
        return slice;
    }

    @Override
    public CallerContext caller() {
        return context.asCaller();
    }

    @Override
    public int ring() {
        return context.id();
    }

    @Override
    public long id() {
        return record == null ? -1 : (long) context.id() << 32 | record.index();
    }

    @Override
    public boolean isLive() {
        return state == LIVE;
    }

    @Override
    public void complete(long status, long extra) {
        if (!STATE.compareAndSet(this, LIVE, DONE)) {
            return;
        }
        RequestSlice slice = lent;
        if (bound && slice != null) {
            bound = false;
            slice.revoke();
        }
        long concluded;
        try {
            concluded = conclusion.conclude(this, status);
        } catch (SchemeException failed) {
            concluded = failed.errno().status();
        }
        if (ring != null && record != null) {
            ring.complete(record, generation, concluded, extra);
            reusable = context.isMine();
        }
    }

    @Override
    public boolean post(long status, long extra) {
        if (subject instanceof LongConsumer sink) {
            sink.accept(status);
            return true;
        }
        return !isLive() || ring == null || record == null || ring.post(record, generation, status, extra);
    }
}
