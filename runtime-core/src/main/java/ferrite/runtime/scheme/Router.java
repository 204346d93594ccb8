package ferrite.runtime.scheme;

import ferrite.buffer.PoolView;
import ferrite.runtime.context.Connection;
import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.KernelRing;
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
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemePath;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Decides which scheme gets a request. Knows descriptors and names, and of every operation only what happens in the
/// kernel; the schemes do the rest.
public final class Router implements Syscalls {
    /// Kernel-to-user rings get numbers that no context's own rings have.
    private static final int KERNEL_RING_IDS = 1 << 30;

    private static final int UNSUPPORTED_FLAGS = SqeFlags.DRAIN | SqeFlags.CHAIN;

    private final Scheduler scheduler;
    private final SchemeTable schemes = new SchemeTable();
    private final AtomicInteger ringIds = new AtomicInteger(KERNEL_RING_IDS);

    public Router(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Adds a scheme of the kernel's own.
    public void add(String name, AsyncScheme scheme) {
        schemes.add(new KernelTarget(name, scheme));
    }

    /// The names that are served, sorted.
    public List<String> names() {
        return schemes.names();
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
            ring.complete(record, refused, 0);
        }
    }

    @Override
    public void close(KernelContext context, FileDescription file) {
        SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.CLOSE).withFd(file.file());
        new KernelCall(context, null, null, file.target(), entry, null, status -> status).begin();
    }

    @Override
    public ServedScheme serve(KernelContext context, SchemeName name) {
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
        if (!(find(scheme.text()) instanceof UserScheme user)) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "scheme " + scheme + ": is the kernel's own; open it by the kernel ring");
        }
        requireBelow(context, user);
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
        if ((record.flags() & UNSUPPORTED_FLAGS) != 0) {
            return Errno.EOPNOTSUPP.status();
        }
        if (record.opcode() >= Opcode.PRIVATE_MIN) {
            return onFile(ring, record, status -> status);
        }
        Optional<Opcode> opcode = Opcode.of(record.opcode());
        if (opcode.isEmpty()) {
            return Errno.ENOSYS.status();
        }
        return switch (opcode.get()) {
            case NOP -> {
                ring.complete(record, 0, 0);
                yield 0;
            }
            case OPEN -> open(ring, record);
            case CLOSE -> closeFile(ring, record);
            case DUP -> dup(ring, record);
            case SEEK -> seek(ring, record);
            case READ, WRITE -> atPosition(ring, record);
            case PREAD, PWRITE, FSYNC, FTRUNCATE, FSTAT, FPATH, REGISTER_EVENTS ->
                onFile(ring, record, status -> status);
            case TIMEOUT -> {
                call(ring, record, new KernelTarget("timeout", new Timeouts(scheduler)), 0, record.buffer(), s -> s);
                yield 0;
            }
            case CANCEL -> Errno.ENOSYS.status(); // answered by the ring itself
        };
    }

    private long open(KernelRing ring, InFlight record) {
        BufferSlice source = record.buffer();
        if (source == null) {
            return Errno.EFAULT.status();
        }
        if (source.length() > Operation.PATH_BYTES_MAX) {
            return Errno.ENAMETOOLONG.status();
        }
        byte[] bytes = source.segment().toArray(ValueLayout.JAVA_BYTE);
        String text = new String(bytes, StandardCharsets.UTF_8);
        SchemePath path = SchemePath.parse(text);
        SchemeTarget target = find(path.scheme());
        KernelContext context = ring.context();
        requireBelow(context, target);
        long nameBytes = path.scheme().getBytes(StandardCharsets.UTF_8).length + 1L;
        BufferSlice rest = source.slice(nameBytes, source.length() - nameBytes);
        long flags = record.offset();
        call(ring, record, target, 0, rest, status -> {
            if (status < 0) {
                return status;
            }
            FileDescription file = new FileDescription(target, status, text, flags);
            return install(context, file);
        });
        return 0;
    }

    private long closeFile(KernelRing ring, InFlight record) {
        FileDescription file = ring.context()
                .files()
                .remove(record.fd())
                .orElseThrow(() -> new SchemeException(Errno.EBADF, "descriptor " + record.fd()));
        if (!file.release() || file.target().isGone()) {
            ring.complete(record, 0, 0);
            return 0;
        }
        call(ring, record, file.target(), file.file(), null, status -> status);
        return 0;
    }

    private long dup(KernelRing ring, InFlight record) {
        FileDescription file = file(ring, record);
        KernelContext context = ring.context();
        if (record.buffer() == null) {
            file.retain();
            ring.complete(record, install(context, file), 0);
            return 0;
        }
        return onFile(
                ring,
                record,
                status -> status < 0
                        ? status
                        : install(
                                context, new FileDescription(file.target(), status, file.path() + "+", file.flags())));
    }

    private long seek(KernelRing ring, InFlight record) {
        FileDescription file = file(ring, record);
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
        ring.complete(record, position, 0);
        return 0;
    }

    /// Asks the scheme for the size first.
    private static long seekFromEnd(KernelRing ring, InFlight record, FileDescription file) {
        KernelContext context = ring.context();
        BufferSlice stat = new PoolView(context.pool(), context.kernelView()).acquire(Stat.BYTES, Long.BYTES);
        SubmissionQueueEntry entry =
                SubmissionQueueEntry.of(Opcode.FSTAT).withFd(file.file()).withAddress(stat.address(), stat.length());
        long offset = record.offset();
        new KernelCall(context, ring, record, file.target(), entry, stat, status -> {
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
                })
                .begin();
        return 0;
    }

    private long atPosition(KernelRing ring, InFlight record) {
        FileDescription file = file(ring, record);
        boolean read = record.opcode() == Opcode.READ.code();
        SubmissionQueueEntry entry = SubmissionQueueEntry.of(read ? Opcode.PREAD : Opcode.PWRITE)
                .withFlags(record.flags())
                .withSyscallFlags(record.syscallFlags())
                .withFd(file.file())
                .withAddress(record.address(), record.length())
                .withOffset(file.position().get());
        new KernelCall(ring.context(), ring, record, file.target(), entry, record.buffer(), status -> {
                    if (status > 0) {
                        file.position().addAndGet(status);
                    }
                    return status;
                })
                .begin();
        return 0;
    }

    private long onFile(KernelRing ring, InFlight record, KernelCall.Conclusion conclusion) {
        FileDescription file = file(ring, record);
        call(ring, record, file.target(), file.file(), record.buffer(), conclusion);
        return 0;
    }

    private static void call(
            KernelRing ring,
            InFlight record,
            SchemeTarget target,
            long file,
            @Nullable BufferSlice source,
            KernelCall.Conclusion conclusion) {
        SubmissionQueueEntry entry = new SubmissionQueueEntry(
                record.opcode(),
                record.flags(),
                0,
                record.syscallFlags(),
                file,
                source == null ? record.length() : source.length(),
                0,
                source == null ? record.address() : source.address(),
                record.offset(),
                record.additional1(),
                record.additional2());
        new KernelCall(ring.context(), ring, record, target, entry, source, conclusion).begin();
    }

    private long install(KernelContext context, FileDescription file) {
        try {
            return context.files().add(file);
        } catch (SchemeException full) {
            if (file.release()) {
                close(context, file);
            }
            throw full;
        }
    }

    private static FileDescription file(KernelRing ring, InFlight record) {
        return ring.context()
                .files()
                .get(record.fd())
                .orElseThrow(() -> new SchemeException(Errno.EBADF, "descriptor " + record.fd()));
    }

    private SchemeTarget find(String name) {
        return schemes.find(name)
                .orElseThrow(() -> new SchemeException(Errno.ENODEV, "no scheme " + name + ": is served"));
    }

    /// A plug-in opens only what is below it. An application's thread opens everything: no plug-in waits for it.
    private static void requireBelow(KernelContext context, SchemeTarget target) {
        if (target.layer() >= context.layer() && context.layer() <= Layer.APPLICATION.height()) {
            throw new SchemeException(
                    Errno.EDEADLK,
                    context.label() + " may open only lower layers, and " + target.name() + ": is not below it");
        }
    }
}
