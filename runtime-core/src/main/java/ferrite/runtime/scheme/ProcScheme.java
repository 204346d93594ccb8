package ferrite.runtime.scheme;

import ferrite.buffer.PoolStatistics;
import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.ring.Ring;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// `proc:`: contexts as folders. `proc:` lists those that the caller may look at: itself, its descendants, and for an
/// application all. `proc:NUMBER/` (or `proc:self/`) has what is below. A file is made when it is opened and does not
/// change while it is open.
///
/// | file | content |
/// |---|---|
/// | `name` | of the instance |
/// | `parent` | number of the context that may wait for it; 0: none |
/// | `status` | numbers and limits, a `key value` a line |
/// | `rings` | each ring it asks or serves by, with state and fill levels |
/// | `requests` | what it waits for on its rings to the kernel: ring, opcode, file, age in µs |
/// | `files` | its descriptors: number, path, open flags, position |
/// | `pool` | its memory |
final class ProcScheme implements AsyncScheme {
    private static final Map<String, Function<KernelContext, String>> FILES = new TreeMap<>(Map.of(
            "name", KernelContext::name,
            "parent", context -> Integer.toString(context.parent()),
            "status", ProcScheme::status,
            "rings", ProcScheme::rings,
            "requests", ProcScheme::requests,
            "files", ProcScheme::files,
            "pool", ProcScheme::pool));

    private record ProcFile(byte[] content, boolean directory) {}

    private final Contexts contexts;
    private final OpenFiles<ProcFile> files = new OpenFiles<>();

    ProcScheme(Contexts contexts) {
        this.contexts = contexts;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> {
                if (!(request instanceof KernelCall call)) {
                    throw new SchemeException(Errno.EOPNOTSUPP, "proc: is asked by the kernel ring");
                }
                request.complete(files.add(open(call.context(), path)));
            }
            case Operation.Read(long file, long offset, var into) ->
                request.complete(Answers.bytes(files.get(file).content, offset, into));
            case Operation.Fstat(long file, var into) -> {
                ProcFile open = files.get(file);
                int mode = open.directory ? Stat.MODE_DIRECTORY : Stat.MODE_FILE;
                request.complete(Answers.stat(new Stat(open.content.length, 1, mode), into));
            }
            case Operation.Close(long file) -> {
                files.remove(file);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
    }

    /// The requests of a context that are not answered yet, one a line.
    static String requests(KernelContext context) {
        return context.pending().stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "%-36s %4d %-16s fd %-6d %10d µs",
                        each.ring(),
                        each.record(),
                        Opcode.of(each.opcode()).map(Opcode::name).orElse("private " + each.opcode()),
                        each.fd(),
                        each.ageNanos() / 1_000))
                .collect(Collectors.joining("\n"));
    }

    /// The descriptors of a context, one a line.
    static String files(KernelContext context) {
        return context.files().entries().entrySet().stream()
                .map(entry -> {
                    FileDescription file = entry.getValue();
                    return String.format(
                            Locale.ROOT,
                            "%d %s flags 0x%x position %d",
                            entry.getKey(),
                            file.path(),
                            file.flags(),
                            file.position().get());
                })
                .collect(Collectors.joining("\n"));
    }

    private ProcFile open(KernelContext caller, String path) {
        if (path.isEmpty()) {
            return directory(contexts.live().stream()
                    .filter(context -> mayRead(caller, context))
                    .map(context -> Integer.toString(context.id()))
                    .collect(Collectors.joining("\n")));
        }
        int slash = path.indexOf('/');
        String folder = slash < 0 ? path : path.substring(0, slash);
        String name = slash < 0 ? "" : path.substring(slash + 1);
        KernelContext context = folder.equals("self") ? caller : find(folder);
        if (!mayRead(caller, context)) {
            throw new SchemeException(
                    Errno.EACCES, caller.label() + " is neither " + context.label() + " nor above it");
        }
        if (name.isEmpty()) {
            return directory(String.join("\n", FILES.keySet()));
        }
        Function<KernelContext, String> text = FILES.get(name);
        if (text == null) {
            throw new SchemeException(Errno.ENOENT, "proc:" + path);
        }
        String content = text.apply(context);
        return new ProcFile((content.isEmpty() ? "" : content + '\n').getBytes(StandardCharsets.UTF_8), false);
    }

    private KernelContext find(String number) {
        boolean isNumber =
                !number.isEmpty() && number.length() < 10 && number.chars().allMatch(c -> c >= '0' && c <= '9');
        return (isNumber ? contexts.find(Integer.parseInt(number)) : Optional.<KernelContext>empty())
                .orElseThrow(() -> new SchemeException(Errno.ENOENT, "no context " + number));
    }

    private boolean mayRead(KernelContext caller, KernelContext context) {
        if (Namespaces.isApplication(caller)) {
            return true;
        }
        // A parent is older than its children, so numbers fall on the way up and the way ends.
        KernelContext each = context;
        while (each != null && each != caller) {
            each = contexts.find(each.parent()).orElse(null);
        }
        return each != null;
    }

    private static ProcFile directory(String listing) {
        return new ProcFile(listing.getBytes(StandardCharsets.UTF_8), true);
    }

    private static String status(KernelContext context) {
        KernelContext.Grant grant = context.grant();
        return String.join(
                "\n",
                "id " + context.id(),
                "name " + context.name(),
                "parent " + context.parent(),
                "layer " + context.layer(),
                "namespace " + context.namespace(),
                "descriptors " + context.files().list().size(),
                "descriptors_max " + grant.descriptors(),
                "rings_max " + grant.rings(),
                "memory_bytes " + context.pool().statistics().bytesInUse(),
                "memory_bytes_max " + grant.memoryBytes(),
                "submissions_in_flight " + context.submissionsInFlight(),
                "requests_held " + context.requestsHeld(),
                "requests_waiting " + context.requestsWaiting());
    }

    private static String rings(KernelContext context) {
        return context.describeRings().stream().map(Ring::describe).collect(Collectors.joining("\n"));
    }

    private static String pool(KernelContext context) {
        PoolStatistics pool = context.pool().statistics();
        return String.join(
                "\n",
                "capacity_bytes " + pool.capacity(),
                "limit_bytes " + context.grant().memoryBytes(),
                "in_use_bytes " + pool.bytesInUse(),
                "live_slices " + pool.liveSlices(),
                "guarded_slices " + pool.guardedSlices());
    }
}
