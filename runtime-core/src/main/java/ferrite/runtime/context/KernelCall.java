package ferrite.runtime.context;

import ferrite.buffer.LentSlice;
import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.ServedRequest;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One operation on its way through the kernel: from a context's ring (or from the kernel itself) to who serves it, and
/// back. It is all that the kernel remembers of the operation: no thread and no stack waits with it.
///
/// Completed exactly once, by any thread; later completions change nothing (a cancellation and an answer may meet).
public final class KernelCall implements Request {
    /// Turns the server's answer into the caller's: installs a descriptor, moves a position. Runs once.
    @FunctionalInterface
    public interface Conclusion {
        /// @return what the caller sees
        long conclude(long status);
    }

    private final KernelContext context;
    private final @Nullable KernelRing ring;
    private final @Nullable InFlight record;
    private final SchemeTarget target;
    private final SubmissionQueueEntry entry;
    private final @Nullable BufferSlice source;
    private final Conclusion conclusion;
    private final AtomicBoolean completed = new AtomicBoolean();
    private @Nullable LentSlice lent;
    private @Nullable LongConsumer onEvent;

    /// @param entry as the server is to see it: its file number, its flags
    /// @param source the caller's bytes; null if it named none
    public KernelCall(
            KernelContext context,
            @Nullable KernelRing ring,
            @Nullable InFlight record,
            SchemeTarget target,
            SubmissionQueueEntry entry,
            @Nullable BufferSlice source,
            Conclusion conclusion) {
        this.context = context;
        this.ring = ring;
        this.record = record;
        this.target = target;
        this.entry = entry;
        this.source = source;
        this.conclusion = conclusion;
    }

    /// A watch that the kernel itself sets up on a file.
    ///
    /// @param entry `RegisterEvents` with SUBSCRIBE
    /// @param onEvent gets the events of each hit, on any thread
    public static KernelCall watch(
            KernelContext context, FileDescription file, SubmissionQueueEntry entry, LongConsumer onEvent) {
        KernelCall call =
                new KernelCall(context, null, null, file.target(), entry.withFd(file.file()), null, status -> status);
        call.onEvent = onEvent;
        return call;
    }

    /// Goes to who serves it.
    public void begin() {
        if (ring != null && record != null) {
            ring.began(record, this);
        }
        if (target.isGone()) {
            fail(Errno.ENODEV);
            return;
        }
        target.handle(this);
    }

    /// Asks the server to give it back.
    public void cancel() {
        target.cancel(this);
    }

    /// The entry as it goes to a plug-in's ring.
    public SubmissionQueueEntry entry() {
        return entry;
    }

    /// The caller's bytes as they go to a plug-in's ring; null if it named none.
    public @Nullable BufferSlice source() {
        return source;
    }

    /// The asking context.
    public KernelContext context() {
        return context;
    }

    @Override
    public int opcode() {
        return entry.opcode();
    }

    @Override
    public int flags() {
        return entry.flags();
    }

    @Override
    public int syscallFlags() {
        return entry.syscallFlags();
    }

    @Override
    public long file() {
        return entry.fd();
    }

    @Override
    public long length() {
        return entry.length();
    }

    @Override
    public long address() {
        return entry.address();
    }

    @Override
    public long offset() {
        return entry.offset();
    }

    @Override
    public long additional1() {
        return entry.additional1();
    }

    @Override
    public long additional2() {
        return entry.additional2();
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
        LentSlice slice = lent;
        if (slice == null) {
            slice = LentSlice.lend(source, context.kernelView(), ServedRequest.accessFor(opcode(), source.access()));
            lent = slice;
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
        return !completed.get();
    }

    @Override
    public void complete(long status, long extra) {
        if (!completed.compareAndSet(false, true)) {
            return;
        }
        LentSlice slice = lent;
        if (slice != null) {
            slice.revoke();
        }
        long concluded;
        try {
            concluded = conclusion.conclude(status);
        } catch (SchemeException failed) {
            concluded = failed.errno().status();
        }
        if (ring != null && record != null) {
            ring.complete(record, concluded, extra);
        }
    }

    @Override
    public boolean post(long status, long extra) {
        LongConsumer sink = onEvent;
        if (sink != null) {
            sink.accept(status);
            return true;
        }
        return completed.get() || ring == null || record == null || ring.post(record, status, extra);
    }
}
