package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
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
/// | `rings` | each ring it asks or serves by, with state, fill levels, and the age of the oldest request |
/// | `requests` | what it waits for: ring, record, opcode, file, age in µs ([RequestTexts]) |
/// | `served` | the same of what others wait for from it |
/// | `files` | its descriptors: number, path, open flags, position |
/// | `pool` | its memory, a `key value` a line |
/// | `guards` | who keeps its slices from being reused: age in µs, bytes, address, holder; the oldest 20 |
final class ProcScheme implements AsyncScheme {
    private record ProcFile(byte[] content, boolean directory) {}

    private final Contexts contexts;
    private final Map<String, Function<KernelContext, String>> texts;
    private final OpenFiles<ProcFile> files = new OpenFiles<>();

    ProcScheme(Contexts contexts, RequestTexts requests) {
        this.contexts = contexts;
        texts = new TreeMap<>(Map.of(
                "name", KernelContext::name,
                "parent", context -> Integer.toString(context.parent()),
                "status", ProcScheme::status,
                "rings", requests::rings,
                "requests", requests::asked,
                "served", requests::served,
                "files", ProcScheme::files,
                "pool", PoolText::sums,
                "guards", PoolText::guards));
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
            return directory(String.join("\n", texts.keySet()));
        }
        Function<KernelContext, String> text = texts.get(name);
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
}
