package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// `spawn:PLUGIN`: a write of UTF-8 lines `key=value` starts an instance of that plug-in with these settings. The
/// line `instance=NAME` is required. The write is answered when the wish is noted, not when the instance runs.
final class SpawnScheme implements AsyncScheme {
    private static final int WISH_BYTES_MAX = 65_536;

    /// Takes the wish. Must not wait.
    @FunctionalInterface
    interface Spawner {
        void spawn(CallerContext parent, String plugin, String instance, Map<String, String> settings);
    }

    private final Spawner spawner;
    private final OpenFiles<String> plugins = new OpenFiles<>();

    SpawnScheme(Spawner spawner) {
        this.spawner = spawner;
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> {
                if (path.isEmpty() || path.contains("/")) {
                    throw new SchemeException(Errno.ENOENT, "spawn:" + path + "; write spawn:PLUGIN");
                }
                request.complete(plugins.add(path));
            }
            case Operation.Write(long file, long _, BufferSlice from) -> {
                spawn(request.caller(), plugins.get(file), from);
                request.complete(from.length());
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                plugins.get(file);
                request.complete(Answers.stat(new Stat(0, 1, Stat.MODE_CHARACTER), into));
            }
            case Operation.Close(long file) -> {
                plugins.remove(file);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
    }

    private void spawn(CallerContext parent, String plugin, BufferSlice from) {
        if (from.length() > WISH_BYTES_MAX) {
            throw new SchemeException(Errno.EMSGSIZE, "spawn wish of " + from.length() + " bytes > " + WISH_BYTES_MAX);
        }
        String text = new String(from.segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new SchemeException(Errno.EBADMSG, "spawn line \"" + line + "\" is not key=value");
            }
            settings.put(line.substring(0, equals), line.substring(equals + 1));
        }
        String instance = settings.remove("instance");
        if (instance == null || instance.isBlank()) {
            throw new SchemeException(Errno.EBADMSG, "spawn of " + plugin + " has no line instance=NAME");
        }
        spawner.spawn(parent, plugin, instance, settings);
    }
}
