package ferrite.runtime;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file system in memory for tests: files by path; a path that ends with a slash, and the empty one, is a directory.
/// Keeps a log of what it was asked, and can hold back every read.
final class FolderPlugin implements Plugin, AsyncScheme {
    private final Context context;
    private final String name;
    private final Map<Long, String> open = new HashMap<>();
    private @Nullable SchemeSocket socket;
    private long next = 1;

    final Map<String, byte[]> files = new TreeMap<>();
    final List<String> asked = new ArrayList<>();
    final List<Request> held = new ArrayList<>();

    /// Most bytes of one read or write.
    int most = Integer.MAX_VALUE;

    boolean holdsReads;

    FolderPlugin(Context context, String name) {
        this.context = context;
        this.name = name;
    }

    static FolderPlugin launch(Kernel kernel, String name, Layer layer) {
        FolderPlugin[] made = new FolderPlugin[1];
        kernel.launch(new LaunchSpec(name, name, layer, Optional.empty()), (context, _, _) -> {
            made[0] = new FolderPlugin(context, name);
            return made[0];
        });
        return made[0];
    }

    void put(String path, String content) {
        files.put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    String get(String path) {
        return new String(Objects.requireNonNull(files.get(path)), StandardCharsets.UTF_8);
    }

    int openFiles() {
        return open.size();
    }

    @Override
    public void start() {
        socket = context.serve(new SchemeName(name));
    }

    @Override
    public int poll(int budget) {
        return Objects.requireNonNull(socket).poll(budget, this);
    }

    @Override
    public boolean isQuiet() {
        return held.isEmpty();
    }

    @Override
    public PluginState save() {
        return new PluginState(1, new byte[0]);
    }

    @Override
    public void restore(PluginState state) {
        start();
    }

    @Override
    public void stop() {}

    @Override
    public void cancel(Request request) {
        if (held.remove(request)) {
            request.fail(Errno.ECANCELED);
        }
    }

    @Override
    public void handle(Request request) {
        Operation operation = Operation.of(request);
        asked.add(operation.getClass().getSimpleName());
        switch (operation) {
            case Operation.Open(String path, long flags) -> request.complete(open(path, flags));
            case Operation.Read(long file, long offset, BufferSlice into) -> {
                if (holdsReads) {
                    held.add(request);
                } else {
                    request.complete(read(content(file), offset, into));
                }
            }
            case Operation.Write(long file, long offset, BufferSlice from) ->
                request.complete(write(path(file), offset, from));
            case Operation.Fstat(long file, BufferSlice into) -> {
                boolean directory = isDirectory(path(file));
                new Stat(content(file).length, 1, directory ? Stat.MODE_DIRECTORY : Stat.MODE_FILE)
                        .encode(into.segment(), 0);
                request.complete(Stat.BYTES);
            }
            case Operation.Fstatvfs(long file, BufferSlice into) -> {
                path(file);
                new StatVfs(512, 100, 40).encode(into.segment(), 0);
                request.complete(StatVfs.BYTES);
            }
            case Operation.Fevent(long file, int events) -> {
                path(file);
                request.complete(events & 1);
            }
            case Operation.Unlink(String path) ->
                request.complete(files.remove(path) == null ? Errno.ENOENT.status() : 0);
            case Operation.Rmdir(String path) -> request.complete(rmdir(path + '/'));
            case Operation.Frename(long file, String path) -> {
                files.put(path, Objects.requireNonNull(files.remove(path(file))));
                open.put(file, path);
                request.complete(0);
            }
            case Operation.Close(long file) -> request.complete(open.remove(file) == null ? Errno.EBADF.status() : 0);
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private long open(String path, long flags) {
        if (!files.containsKey(path) && !isDirectory(path)) {
            if (files.containsKey(path + '/')) {
                return open(path + '/', flags);
            }
            if ((flags & OpenFlags.CREAT) == 0) {
                return Errno.ENOENT.status();
            }
            files.put(path, new byte[0]);
        }
        open.put(next, path);
        return next++;
    }

    private long rmdir(String path) {
        if (!files.containsKey(path)) {
            return Errno.ENOENT.status();
        }
        boolean empty = files.keySet().stream().noneMatch(each -> each.startsWith(path) && !each.equals(path));
        if (!empty) {
            return Errno.ENOTEMPTY.status();
        }
        files.remove(path);
        return 0;
    }

    private long read(byte[] content, long offset, BufferSlice into) {
        long count = Math.min(Math.min(into.length(), most), Math.max(0, content.length - offset));
        MemorySegment.copy(MemorySegment.ofArray(content), Math.min(offset, content.length), into.segment(), 0, count);
        return count;
    }

    private long write(String path, long offset, BufferSlice from) {
        byte[] content = Objects.requireNonNull(files.get(path));
        int count = (int) Math.min(from.length(), most);
        byte[] grown = Arrays.copyOf(content, (int) Math.max(content.length, offset + count));
        MemorySegment.copy(from.segment(), 0, MemorySegment.ofArray(grown), offset, count);
        files.put(path, grown);
        return count;
    }

    private byte[] content(long file) {
        String path = path(file);
        if (!isDirectory(path)) {
            return Objects.requireNonNull(files.get(path));
        }
        StringBuilder names = new StringBuilder();
        for (String each : files.keySet()) {
            String below = each.startsWith(path) ? each.substring(path.length()) : "";
            if (!below.isEmpty() && below.indexOf('/') < 0) {
                names.append(names.isEmpty() ? "" : "\n").append(below);
            }
        }
        return names.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String path(long file) {
        String path = open.get(file);
        if (path == null) {
            throw new SchemeException(Errno.EBADF, "file " + file);
        }
        return path;
    }

    private static boolean isDirectory(String path) {
        return path.isEmpty() || path.endsWith("/");
    }
}
