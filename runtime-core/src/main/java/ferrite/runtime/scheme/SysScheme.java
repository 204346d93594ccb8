package ferrite.runtime.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// `sys:`: what there is, as text. A file is made when it is opened and does not change while it is open.
///
/// | file | content |
/// |---|---|
/// | `block` | what each context waits for, as in its `proc:N/requests` |
/// | `context` | number, name, layer, descriptors, submissions in flight |
/// | `cpu` | processors and architecture |
/// | `exe` | which plug-in runs in which context |
/// | `iostat` | the descriptors of each context, as in its `proc:N/files` |
/// | `plugin` | instances, their states, and how many requests they hold |
/// | `pool` | memory of each context |
/// | `request` | what is in flight on all rings, with age ([RequestTexts]) |
/// | `ring` | kind, state, fill levels, age of the oldest request, ends |
/// | `scheme`, `scheme_num` | names that are served, and how many |
/// | `spurious_irq` | interrupts that nobody waited for |
/// | `uname` | name of the system, of the machine, of the JVM |
final class SysScheme implements AsyncScheme {
    private record Snapshot(String path, byte[] content, boolean directory) {}

    private final Map<String, Supplier<String>> texts;
    private final OpenFiles<Snapshot> files = new OpenFiles<>();

    SysScheme(Map<String, Supplier<String>> texts) {
        this.texts = new TreeMap<>(texts);
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> request.complete(files.add(open(path)));
            case Operation.Read(long file, long offset, var into) ->
                request.complete(Answers.bytes(files.get(file).content, offset, into));
            case Operation.Fstat(long file, var into) -> {
                Snapshot snapshot = files.get(file);
                int mode = snapshot.directory ? Stat.MODE_DIRECTORY : Stat.MODE_FILE;
                request.complete(Answers.stat(new Stat(snapshot.content.length, 1, mode), into));
            }
            case Operation.Fpath(long file, var into) -> request.complete(Answers.text(files.get(file).path, 0, into));
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

    private Snapshot open(String path) {
        if (path.isEmpty()) {
            return new Snapshot(path, String.join("\n", texts.keySet()).getBytes(StandardCharsets.UTF_8), true);
        }
        Supplier<String> text = texts.get(path);
        if (text == null) {
            throw new SchemeException(Errno.ENOENT, "sys:" + path);
        }
        return new Snapshot(path, (text.get() + '\n').getBytes(StandardCharsets.UTF_8), false);
    }
}
