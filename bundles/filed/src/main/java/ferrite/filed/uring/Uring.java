package ferrite.filed.uring;

import ferrite.filed.linux.Linux;
import ferrite.filed.linux.LinuxErrno;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/// One io_uring of the host: submissions are prepared, handed over together, and their completions taken without
/// waiting. One thread at a time; any thread may be that one.
///
/// A submission belongs, for the host, to the thread that handed it over: when that thread ends, the host may answer
/// it ECANCELED or EINTR. Whoever uses this class hands such a submission over again.
public final class Uring implements AutoCloseable {
    private static final long SYS_SETUP = 425;
    private static final long SYS_ENTER = 426;
    private static final long SYS_REGISTER = 427;

    private static final int FEATURE_SINGLE_MMAP = 1;
    private static final int FEATURE_NO_DROP = 2;
    private static final int FEATURE_EXTENDED_WAIT = 1 << 8;
    private static final int ENTER_GET_EVENTS = 1;
    private static final int ENTER_EXTENDED = 1 << 3;
    private static final int WAIT_BYTES = 24;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final int REGISTER_PROBE = 8;
    private static final int PROBE_OPS = 64;
    private static final int PROBE_SUPPORTED = 1;
    private static final int CQE_BYTES = 16;
    private static final int[] NEEDED = {
        HostSqe.OP_FSYNC,
        HostSqe.OP_READ_FIXED,
        HostSqe.OP_WRITE_FIXED,
        HostSqe.OP_ASYNC_CANCEL,
        HostSqe.OP_READ,
        HostSqe.OP_WRITE
    };

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment errors = Linux.errorState(arena);
    private final RingMemory rings;
    private final RingMemory entryMemory;
    private final MemorySegment ring;
    private final MemorySegment entries;
    private final UringParameters parameters;

    /// Prepared submissions end here; what the host may see ends at its shared twin.
    private int tail;

    /// How many the host has taken.
    private int handedOver;

    private int completionHead;
    private boolean closed;

    private Uring(int fd, UringParameters parameters) {
        this.fd = fd;
        this.parameters = parameters;
        rings = new RingMemory(fd, parameters.ringBytes(CQE_BYTES), RingMemory.RINGS);
        entryMemory = new RingMemory(fd, (long) parameters.entries() * HostSqe.BYTES, RingMemory.ENTRIES);
        ring = rings.segment();
        entries = entryMemory.segment();
        for (int i = 0; i < parameters.entries(); i++) {
            ring.set(ValueLayout.JAVA_INT, parameters.submissionArray() + 4L * i, i);
        }
    }

    /// Makes a ring.
    ///
    /// @param entries power of two, 1..4096
    /// @throws SchemeException with the reason why the host has none for us: ENOSYS, EPERM, EACCES, ENOMEM…
    public static Uring open(int entries) {
        Optional<String> refusal = Linux.refusal();
        if (refusal.isPresent()) {
            throw new SchemeException(Errno.ENOSYS, refusal.get());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment raw = arena.allocate(UringParameters.BYTES, Long.BYTES);
            long setup = Linux.syscall(Linux.errorState(arena), SYS_SETUP, entries, raw.address(), 0, 0, 0, 0);
            if (setup < 0) {
                // EPERM: seccomp or kernel.io_uring_disabled; the number itself is what helps, so not LinuxErrno.
                throw new SchemeException(Errno.of(setup).orElse(Errno.EIO), "io_uring_setup");
            }
            return checked((int) setup, UringParameters.decode(raw));
        }
    }

    private static Uring checked(int fd, UringParameters parameters) {
        int features = FEATURE_SINGLE_MMAP | FEATURE_NO_DROP | FEATURE_EXTENDED_WAIT; // Linux 5.11
        try {
            if ((parameters.features() & features) != features) {
                throw new SchemeException(
                        Errno.ENOSYS,
                        "io_uring features 0x" + Integer.toHexString(parameters.features()) + " of an old kernel");
            }
            requireOperations(fd);
            return new Uring(fd, parameters);
        } catch (SchemeException unusable) {
            Linux.close(fd);
            throw unusable;
        }
    }

    /// `struct io_uring_probe`: 16 bytes, then 8 bytes an operation: opcode, reserved, flags (2).
    private static void requireOperations(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment probe = arena.allocate(16 + 8L * PROBE_OPS, Long.BYTES);
            MemorySegment state = Linux.errorState(arena);
            LinuxErrno.require(
                    Linux.syscall(state, SYS_REGISTER, fd, REGISTER_PROBE, probe.address(), PROBE_OPS, 0, 0),
                    "probing io_uring");
            for (int opcode : NEEDED) {
                if ((probe.get(ValueLayout.JAVA_SHORT, 16 + 8L * opcode + 2) & PROBE_SUPPORTED) == 0) {
                    throw new SchemeException(Errno.ENOSYS, "io_uring without operation " + opcode);
                }
            }
        }
    }

    /// Prepares a submission.
    ///
    /// @param bufferIndex of a registered buffer; read only by the `_FIXED` operations
    /// @return false if the queue is full: hand over first
    public boolean prepare(HostSqe entry, int bufferIndex, long userData) {
        if (tail - handedOver >= parameters.entries()) {
            return false;
        }
        long at = (long) (tail & parameters.submissionMask()) * HostSqe.BYTES;
        entry.encode(entries, at, bufferIndex, userData);
        tail++;
        return true;
    }

    /// Submissions that were prepared and that the host has not taken.
    public int prepared() {
        return tail - handedOver;
    }

    /// Hands over what was prepared. Does not wait: what the host can do at once has ended when this returns.
    ///
    /// @return how many the host took; the rest stays prepared, because it has no memory for them at the moment
    public int submit() {
        int before = handedOver;
        // ORDER: release: the entries stand before the tail; pairs with the kernel's acquire of the tail.
        WORD.setRelease(ring, (long) parameters.submissionTail(), tail);
        while (prepared() > 0) {
            long taken = enter(prepared());
            if (taken < 0) {
                if (taken == -LinuxErrno.EINTR) {
                    continue;
                }
                if (taken == -LinuxErrno.EAGAIN || taken == -LinuxErrno.EBUSY) {
                    break;
                }
                throw new IllegalStateException("io_uring_enter: error " + -taken);
            }
            if (taken == 0) {
                break;
            }
            handedOver += (int) taken;
        }
        return handedOver - before;
    }

    /// Waits in the host until a completion is there, a signal comes or the time is over. Only for the end of an
    /// instance.
    public void await(long nanos) {
        try (Arena waiting = Arena.ofConfined()) {
            MemorySegment time = waiting.allocate(2L * Long.BYTES, Long.BYTES); // struct __kernel_timespec
            time.set(ValueLayout.JAVA_LONG, 0, nanos / SECOND_NANOS);
            time.set(ValueLayout.JAVA_LONG, 8, nanos % SECOND_NANOS);
            MemorySegment argument = waiting.allocate(WAIT_BYTES, Long.BYTES); // struct io_uring_getevents_arg
            argument.set(ValueLayout.JAVA_LONG, 16, time.address());
            int flags = ENTER_GET_EVENTS | ENTER_EXTENDED;
            Linux.syscall(errors, SYS_ENTER, fd, 0, 1, flags, argument.address(), WAIT_BYTES);
        }
    }

    private long enter(int submissions) {
        return Linux.syscall(errors, SYS_ENTER, fd, submissions, 0, 0, 0, 0);
    }

    /// Takes completions that are there. Never waits.
    ///
    /// @return how many
    public int reap(HostCompletion handler) {
        // ORDER: acquire: the entries are read after the tail; pairs with the kernel's release of the tail.
        int end = (int) WORD.getAcquire(ring, (long) parameters.completionTail());
        int count = 0;
        while (completionHead != end) {
            long at = parameters.completions() + (long) (completionHead & parameters.completionMask()) * CQE_BYTES;
            long userData = ring.get(ValueLayout.JAVA_LONG, at);
            int result = ring.get(ValueLayout.JAVA_INT, at + 8);
            completionHead++;
            count++;
            handler.completed(userData, result);
        }
        if (count > 0) {
            // ORDER: release: the entries were read before the host may reuse them; pairs with its acquire.
            WORD.setRelease(ring, (long) parameters.completionHead(), completionHead);
        }
        return count;
    }

    /// `io_uring_register(2)`.
    ///
    /// @return a value, or a negative error number
    long register(int opcode, MemorySegment argument, int count) {
        return Linux.syscall(errors, SYS_REGISTER, fd, opcode, argument.address(), count, 0, 0);
    }

    /// Ends the ring. Everything in flight must have ended before: the host goes on with it otherwise.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rings.unmap();
            entryMemory.unmap();
            Linux.close(fd);
            arena.close();
        }
    }
}
