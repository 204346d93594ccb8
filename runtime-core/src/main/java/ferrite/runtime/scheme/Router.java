package ferrite.runtime.scheme;

import ferrite.buffer.PoolView;
import ferrite.buffer.Revocation;
import ferrite.runtime.context.Connection;
import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.context.Revocations;
import ferrite.runtime.context.SchemeTarget;
import ferrite.runtime.context.ServedScheme;
import ferrite.runtime.context.Syscalls;
import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.Stat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Decides which scheme gets a request. Knows descriptors and names, and of every operation only what happens in the
/// kernel; the schemes do the rest.
public final class Router implements Syscalls {
    /// Kernel-to-user rings get numbers that no context's own rings have.
    private static final int KERNEL_RING_IDS = 1 << 30;

    /// The namespace with all names.
    public static final int FIRST_NAMESPACE = Namespaces.ALL;

    private static final int OPCODES = Opcode.values().length;
    private static final KernelCall.Conclusion PASS = KernelCall.Conclusion.PASS;
    private static final KernelCall.Conclusion ADVANCE = Router::advance;

    private final Scheduler scheduler;
    private final Contexts contexts;
    private final Alarms alarms;
    private final Timeouts timeouts;
    private final SchemeTarget futexes = new KernelTarget("futex", new Futexes());
    private final SchemeTarget waits;
    private final Mappings mappings = new Mappings();
    private final SchemeTable schemes = new SchemeTable();
    private final Namespaces namespaces = new Namespaces(schemes);
    private final PathCalls paths = new PathCalls(namespaces);
    private final AtomicInteger ringIds = new AtomicInteger(KERNEL_RING_IDS);
    private final Revocations revocations;

    public Router(Scheduler scheduler, Contexts contexts) {
        this.scheduler = scheduler;
        this.contexts = contexts;
        alarms = new Alarms(scheduler);
        timeouts = new Timeouts(alarms);
        revocations = new Revocations(scheduler);
        waits = new KernelTarget("wait", contexts);
    }

    /// Adds a scheme of the kernel's own.
    public void add(String name, AsyncScheme scheme) {
        schemes.add(new KernelTarget(name, scheme));
    }

    /// The names that are served, sorted.
    public List<String> names() {
        return schemes.names();
    }

    /// A context has ended.
    ///
    /// @param status what its parent gets from `Waitpid`, 0 and up
    public void ended(KernelContext context, long status) {
        contexts.ended(context, status);
        mappings.ended(context);
        namespaces.ended(context, contexts.live());
    }

    /// The socket of a scheme that a plug-in serves.
    Optional<ServedScheme> socket(String name) {
        return schemes.find(name).map(target -> target instanceof UserScheme user ? user.socket() : null);
    }

    /// Instances that have ended while a system call of theirs had not.
    public Revocations revocations() {
        return revocations;
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Alarms alarms() {
        return alarms;
    }

    @Override
    public void begin(KernelRing ring, InFlight record) {
        long refused;
        try {
            refused = route(ring, record);
        } catch (SchemeException failed) {
            refused = failed.errno().status();
        }
        if (refused < 0) {
            ring.complete(record, record.generation(), refused, 0);
        } else if (record.isReceived()) {
            ring.context().noteBegun(ring, record);
        }
    }

    @Override
    public void close(KernelContext context, FileDescription file) {
        Descriptors.close(context, file);
    }

    @Override
    public void end(Revocation revocation) {
        revocations.end(revocation);
    }

    @Override
    public ServedScheme serve(KernelContext context, SchemeName name) {
        namespaces.requireMayRegister(context);
        if (schemes.find(name.text()).isPresent()) {
            throw new SchemeException(
                    Errno.EEXIST, "scheme " + name + ": is served already; stop its server or choose another name");
        }
        ServedScheme socket = new ServedScheme(name, context, this);
        schemes.add(new UserScheme(scheduler, socket, ringIds.getAndIncrement()));
        return socket;
    }

    @Override
    public void withdraw(ServedScheme socket) {
        schemes.find(socket.name().text()).ifPresent(target -> {
            if (target instanceof UserScheme user && user.socket() == socket) {
                schemes.remove(user);
                user.withdraw();
            }
        });
        socket.context().forget(socket);
    }

    @Override
    public Connection connect(KernelContext context, int ringId, SchemeName scheme, RingParameters parameters) {
        if (!(namespaces.find(context, scheme.text()) instanceof UserScheme user)) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "scheme " + scheme + ": is the kernel's own; open it by the kernel ring");
        }
        Ring ring = new Ring(
                context.label() + '/' + ringId + " → " + scheme + ":", new Ring.Attachment.UserToUser(), parameters);
        user.socket().attach(ringIds.getAndIncrement(), ring, context.asCaller(), context::wake);
        return new Connection(ring, user.socket());
    }

    @Override
    public DmaMap dmaMap(FileDescription file) {
        if (file.target() instanceof KernelTarget(String _, MemoryScheme memory)) {
            return memory.dmaMap(file.file());
        }
        throw new SchemeException(Errno.EBADF, file.path() + " is not a device address map; open memory:dma/ADDRESS");
    }

    /// @return a negative status if the operation was refused and nothing else will answer; otherwise 0
    private long route(KernelRing ring, InFlight record) {
        int code = record.opcode();
        if (code >= Opcode.PRIVATE_MIN) {
            return onFile(ring, record);
        }
        if (code >= OPCODES) {
            return Errno.ENOSYS.status();
        }
        Opcode opcode = Opcode.ofOrNop(code);
        return switch (opcode) {
            case PREAD, PWRITE, FSYNC, FTRUNCATE, FSTAT, FPATH, REGISTER_EVENTS, FEVENT, FSTATVFS ->
                onFile(ring, record);
            case READ, WRITE -> atPosition(ring, record);
            case READV, WRITEV, PREADV, PWRITEV -> new VectorTransfer(ring, record, opcode).begin(ring, record);
            case SEEK -> seek(ring, record);
            case GETDENTS -> listing(ring, record);
            case OPEN -> paths.open(ring, record);
            case OPEN_AT -> paths.openAt(ring, record);
            case UNLINK, RMDIR -> paths.remove(ring, record);
            case FRENAME -> paths.rename(ring, record);
            case CLOSE -> Descriptors.closeOne(ring, record);
            case CLOSE_RANGE -> Descriptors.closeRange(ring, record);
            case DUP -> Descriptors.dup(ring, record);
            case SEND_FD -> Descriptors.send(ring, record);
            case TIMEOUT, LINK_TIMEOUT -> timeouts.begin(ring, record);
            case FUTEX_WAIT, FUTEX_WAKE -> by(futexes, ring, record);
            case WAITPID -> by(waits, ring, record);
            case MMAP -> mappings.map(ring, record);
            case MUNMAP -> answer(ring, record, mappings.unmap(ring.context(), record.address()));
            case MKNS -> answer(ring, record, paths.makeNamespace(ring.context(), record));
            case SETRENS -> {
                namespaces.enter(ring.context(), record.additional1());
                yield answer(ring, record, 0);
            }
            case MSG_RING -> answer(ring, record, message(ring.context(), record));
            case NOP, CANCEL -> Errno.ENOSYS.status(); // the ring answers them itself
        };
    }

    private static long answer(KernelRing ring, InFlight record, long status) {
        ring.complete(record, record.generation(), status, 0);
        return 0;
    }

    private static long by(SchemeTarget server, KernelRing ring, InFlight record) {
        ring.callFor(record)
                .fill(server, record.opcode(), record.fd(), record.buffer(), record.offset(), PASS, null)
                .begin();
        return 0;
    }

    private static long listing(KernelRing ring, InFlight record) {
        BufferSlice buffer = record.buffer();
        return buffer == null
                ? Errno.EFAULT.status()
                : new DirectoryRead(ring.context(), ring.file(record), buffer, record.offset()).begin(ring, record);
    }

    private static long message(KernelContext context, InFlight record) {
        CompletionQueueEntry message =
                new CompletionQueueEntry(record.additional1(), record.length(), CqeFlags.MESSAGE, 0);
        return context.message(record.fd(), message) ? 0 : Errno.EOVERFLOW.status();
    }

    private static long seek(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        long base;
        switch ((int) record.additional1()) {
            case 0 -> base = 0;
            case 1 -> base = file.position().get();
            case 2 -> {
                return seekFromEnd(ring, record, file);
            }
            default -> {
                return Errno.EINVAL.status();
            }
        }
        long position = base + record.offset();
        if (position < 0) {
            return Errno.EINVAL.status();
        }
        file.position().set(position);
        ring.complete(record, record.generation(), position, 0);
        return 0;
    }

    /// Asks the scheme for the size first.
    private static long seekFromEnd(KernelRing ring, InFlight record, FileDescription file) {
        KernelContext context = ring.context();
        BufferSlice stat = new PoolView(context.pool(), context.kernelView()).acquire(Stat.BYTES, Long.BYTES);
        long offset = record.offset();
        KernelCall.Conclusion conclusion = (_, status) -> {
            try {
                if (status < 0) {
                    return status;
                }
                long position = Stat.decode(stat.segment(), 0).size() + offset;
                if (position < 0) {
                    return Errno.EINVAL.status();
                }
                file.position().set(position);
                return position;
            } finally {
                stat.close();
            }
        };
        ring.callFor(record)
                .fill(file.target(), Opcode.FSTAT.code(), file.file(), stat, 0, conclusion, null)
                .begin();
        return 0;
    }

    private static long atPosition(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        boolean read = record.opcode() == Opcode.READ.code();
        int opcode = read ? Opcode.PREAD.code() : Opcode.PWRITE.code();
        long position = file.position().get();
        ring.callFor(record)
                .fill(file.target(), opcode, file.file(), record.buffer(), position, ADVANCE, file)
                .begin();
        return 0;
    }

    private static long advance(KernelCall call, long status) {
        if (status > 0 && call.subject() instanceof FileDescription file) {
            file.position().addAndGet(status);
        }
        return status;
    }

    private static long onFile(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        ring.callFor(record)
                .fill(file.target(), record.opcode(), file.file(), record.buffer(), record.offset(), PASS, null)
                .begin();
        return 0;
    }
}
