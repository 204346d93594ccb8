package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingCreate;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.IoUringOperation;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.Stat;
import org.jspecify.annotations.Nullable;

/// `io_uring:`: rings as files, with the life of Redox's.
///
/// ```
///  open ──▶ Initial ──write RingCreate──▶ Created ──ATTACH──▶ Attached ──close──▶ gone, and the ring with it
/// ```
///
/// [IoUringOperation#ATTACH] names who is to answer, `io_uring:` for the kernel itself, and answers with the number of
/// the ring in the caller's context. There is no mapping step: a ring's memory is the runtime's, and code reaches it only
/// by the ring's two ends.
final class IoUringScheme implements AsyncScheme {
    private static final String KERNEL = "io_uring:";

    /// One file. Only its own context uses it, under that context's token.
    private static final class Instance {
        @Nullable
        RingParameters created;

        @Nullable
        ConsumerInstance ring;
    }

    private final OpenFiles<Instance> files = new OpenFiles<>();

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> {
                if (!path.isEmpty() && !path.equals("instance")) {
                    throw new SchemeException(Errno.ENOENT, KERNEL + path + "; open io_uring: or io_uring:instance");
                }
                request.complete(files.add(new Instance()));
            }
            case Operation.Write(long file, long _, BufferSlice from) ->
                request.complete(create(files.get(file), from));
            case Operation.Private(int opcode)
            when opcode == IoUringOperation.ATTACH -> request.complete(attach(request, files.get(request.file())));
            case Operation.Fstat(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(Answers.text(describe(files.get(file)), 0, into));
            case Operation.Close(long file) -> {
                ConsumerInstance ring =
                        files.remove(file).map(instance -> instance.ring).orElse(null);
                if (ring != null && ring.state() == RingState.OPEN) {
                    ring.close();
                }
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
    }

    private static long create(Instance instance, BufferSlice from) {
        if (from.length() != RingCreate.BYTES) {
            throw new SchemeException(
                    Errno.EINVAL, "create record of " + from.length() + " bytes; it has " + RingCreate.BYTES);
        }
        if (instance.created != null) {
            throw new SchemeException(Errno.EALREADY, "this ring has been created");
        }
        instance.created = RingCreate.decode(from.segment(), 0).parameters();
        return RingCreate.BYTES;
    }

    private static long attach(Request request, Instance instance) {
        RingParameters parameters = instance.created;
        if (parameters == null) {
            throw new SchemeException(Errno.EINVAL, "this ring has not been created; write a create record first");
        }
        if (instance.ring != null) {
            throw new SchemeException(Errno.EALREADY, "this ring has been attached");
        }
        if (!(request instanceof KernelCall call)) {
            throw new SchemeException(Errno.EOPNOTSUPP, "a ring is attached by the kernel ring");
        }
        String name = Answers.string(request.buffer());
        KernelContext context = call.context();
        ConsumerInstance ring = name.equals(KERNEL)
                ? context.openRing(parameters)
                : context.connect(
                        new SchemeName(name.endsWith(":") ? name.substring(0, name.length() - 1) : name), parameters);
        instance.ring = ring;
        return ring.id();
    }

    private static String describe(Instance instance) {
        ConsumerInstance ring = instance.ring;
        if (ring != null) {
            return "instance, ring " + ring.id() + ", " + ring.state();
        }
        return instance.created == null ? "instance, initial" : "instance, created";
    }
}
