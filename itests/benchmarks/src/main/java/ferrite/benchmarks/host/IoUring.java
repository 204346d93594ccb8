package ferrite.benchmarks.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A real io_uring of the Linux kernel, used for NOPs only: `io_uring_setup(2)`, `io_uring_enter(2)`.
///
/// Its memory is reached by address through one constant segment over everything, and the ring is registered, so that
/// the binding costs as little as it can. One thread.
public final class IoUring implements AutoCloseable {
    private static final long SYS_MMAP = 9;
    private static final long SYS_MUNMAP = 11;
    private static final long SYS_CLOSE = 3;
    private static final long SYS_SETUP = 425;
    private static final long SYS_ENTER = 426;
    private static final long SYS_REGISTER = 427;

    private static final int PARAMS_BYTES = 120;
    private static final int SQ_OFFSETS = 40;
    private static final int CQ_OFFSETS = 80;
    private static final int FEATURE_SINGLE_MMAP = 1;
    private static final long OFFSET_SQES = 0x1000_0000L;
    private static final int REGISTER_RING_FDS = 20;
    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_REGISTERED_RING = 1 << 4;
    private static final int SQE_BYTES = 64;
    private static final int CQE_BYTES = 16;
    private static final int USER_DATA = 32;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    /// BOUNDS: every address below is one that the kernel mapped, plus a masked index.
    @SuppressWarnings("restricted")
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final VarHandle ORDERED =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.nativeOrder()).varHandle().withInvokeExactBehavior();

    private final long file;
    private final long rings;
    private final long ringBytes;
    private final long sqes;
    private final long sqeBytes;
    private final long sqTail;
    private final long sqMask;
    private final long cqHead;
    private final long cqTail;
    private final long cqes;
    private final long cqMask;
    private long enterFile;
    private int enterFlags = ENTER_GETEVENTS;
    private int tail;
    private int head;

    /// @param entries power of two
    /// @throws UnsupportedOperationException if there is none here; the message says why
    public IoUring(int entries) {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            throw new UnsupportedOperationException("no io_uring: this is not Linux on x86-64");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(PARAMS_BYTES, 8);
            file = SystemCall.call(SYS_SETUP, entries, params.address(), 0, 0, 0, 0);
            if (file < 0) {
                throw new UnsupportedOperationException("no io_uring: io_uring_setup answers errno " + -file);
            }
            if ((params.get(INT, 20) & FEATURE_SINGLE_MMAP) == 0) {
                SystemCall.call(SYS_CLOSE, file, 0, 0, 0, 0, 0);
                throw new UnsupportedOperationException("no io_uring: the kernel is older than 5.4");
            }
            int sqEntries = params.get(INT, 0);
            int cqEntries = params.get(INT, 4);
            ringBytes = Math.max(
                    params.get(INT, SQ_OFFSETS + 24) + sqEntries * 4L,
                    params.get(INT, CQ_OFFSETS + 20) + (long) cqEntries * CQE_BYTES);
            sqeBytes = (long) sqEntries * SQE_BYTES;
            rings = map(ringBytes, 0);
            sqes = map(sqeBytes, OFFSET_SQES);
            sqTail = rings + params.get(INT, SQ_OFFSETS + 4);
            sqMask = ALL.get(INT, rings + params.get(INT, SQ_OFFSETS + 8));
            cqHead = rings + params.get(INT, CQ_OFFSETS);
            cqTail = rings + params.get(INT, CQ_OFFSETS + 4);
            cqMask = ALL.get(INT, rings + params.get(INT, CQ_OFFSETS + 8));
            cqes = rings + params.get(INT, CQ_OFFSETS + 20);
            long array = rings + params.get(INT, SQ_OFFSETS + 24);
            for (int i = 0; i < sqEntries; i++) {
                ALL.set(INT, array + i * 4L, i);
            }
            register(arena);
        }
    }

    private long map(long bytes, long offset) {
        long address = SystemCall.call(SYS_MMAP, 0, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, file, offset);
        if (address < 0) {
            throw new UnsupportedOperationException("no io_uring: mmap answers errno " + -address);
        }
        return address;
    }

    /// Saves the look-up of the file at each call, where the kernel can (5.18).
    private void register(Arena arena) {
        MemorySegment update = arena.allocate(16, 8);
        update.set(INT, 0, -1);
        update.set(LONG, 8, file);
        enterFile = file;
        if (SystemCall.call(SYS_REGISTER, file, REGISTER_RING_FDS, update.address(), 1, 0, 0) == 1) {
            enterFile = update.get(INT, 0);
            enterFlags |= ENTER_REGISTERED_RING;
        }
    }

    /// Submits NOPs, lets the kernel serve them, and reaps them.
    ///
    /// @param batch 1..entries
    /// @return sum of what the completions carry
    public long nops(int batch) {
        for (int i = 0; i < batch; i++) {
            long entry = sqes + ((tail + i) & sqMask) * SQE_BYTES;
            for (int at = 0; at < SQE_BYTES; at += 8) {
                ALL.set(LONG, entry + at, 0L);
            }
            ALL.set(LONG, entry + USER_DATA, (long) tail + i);
        }
        tail += batch;
        // ORDER: release; pairs with the kernel's acquire of the tail.
        ORDERED.setRelease(ALL, sqTail, tail);
        long taken = SystemCall.callShort(SYS_ENTER, enterFile, batch, batch, enterFlags, 0, 0);
        // ORDER: acquire; pairs with the kernel's release of the tail.
        int done = (int) ORDERED.getAcquire(ALL, cqTail) - head;
        if (taken != batch || done != batch) {
            throw new IllegalStateException("io_uring took " + taken + " and completed " + done + " of " + batch);
        }
        long sum = 0;
        for (int i = 0; i < batch; i++) {
            long entry = cqes + ((head + i) & cqMask) * CQE_BYTES;
            sum += ALL.get(LONG, entry) + ALL.get(INT, entry + 8);
        }
        head += batch;
        // ORDER: release; pairs with the kernel's acquire of the head: the entries have been read.
        ORDERED.setRelease(ALL, cqHead, head);
        return sum;
    }

    @Override
    public void close() {
        SystemCall.call(SYS_MUNMAP, sqes, sqeBytes, 0, 0, 0, 0);
        SystemCall.call(SYS_MUNMAP, rings, ringBytes, 0, 0, 0, 0);
        SystemCall.call(SYS_CLOSE, file, 0, 0, 0, 0, 0);
    }
}
