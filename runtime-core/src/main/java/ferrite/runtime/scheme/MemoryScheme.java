package ferrite.runtime.scheme;

import ferrite.buffer.DeviceAddressMap;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `memory:`: anonymous memory (`Mmap` of the top file gives zeros in the caller's pool), device address maps
/// (`dma/BUS-ADDRESS`, for [ferrite.spi.context.Context#dmaMap]) and `stat`, the pools as text. `Fstatvfs` counts the
/// caller's own memory, in pages.
final class MemoryScheme implements AsyncScheme {
    private static final String DMA = "dma/";
    private static final int PAGE_BYTES = 4_096;

    private record MemoryFile(
            String path, byte[] content, @Nullable DeviceAddressMap map) {}

    private final DeviceMaps maps;
    private final Supplier<String> pools;
    private final OpenFiles<MemoryFile> files = new OpenFiles<>();

    MemoryScheme(DeviceMaps maps, Supplier<String> pools) {
        this.maps = maps;
        this.pools = pools;
    }

    DmaMap dmaMap(long file) {
        DeviceAddressMap map = files.get(file).map;
        if (map == null) {
            throw new SchemeException(Errno.EBADF, "memory:" + files.get(file).path + " is not a device address map");
        }
        return map;
    }

    /// Whether this file is memory itself.
    boolean isAnonymous(long file) {
        return files.get(file).path.isEmpty();
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) -> request.complete(files.add(open(path)));
            case Operation.Read(long file, long offset, BufferSlice into) ->
                request.complete(Answers.bytes(files.get(file).content, offset, into));
            case Operation.Fstat(long file, BufferSlice into) ->
                request.complete(
                        Answers.stat(new Stat(files.get(file).content.length, 1, mode(files.get(file))), into));
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(Answers.text(files.get(file).path, 0, into));
            case Operation.Close(long file) -> {
                // The driver is done with the device: whatever it left mapped must not stay reachable.
                files.remove(file).map(MemoryFile::map).ifPresent(DeviceAddressMap::unmapAll);
                request.complete(0);
            }
            case Operation.Fstatvfs(long file, BufferSlice into) -> {
                files.get(file);
                request.complete(Answers.statVfs(pages(request), into));
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
    }

    private static StatVfs pages(Request request) {
        if (!(request instanceof KernelCall call)) {
            throw new SchemeException(Errno.EOPNOTSUPP, "memory: is asked by the kernel ring");
        }
        KernelContext context = call.context();
        long most = context.grant().memoryBytes() / PAGE_BYTES;
        long used = (context.pool().statistics().bytesInUse() + PAGE_BYTES - 1) / PAGE_BYTES;
        return new StatVfs(PAGE_BYTES, most, most - used);
    }

    private MemoryFile open(String path) {
        if (path.isEmpty()) {
            return text(path, "dma\nstat");
        }
        if (path.equals("stat")) {
            return text(path, pools.get());
        }
        if (path.equals("dma") || path.equals(DMA)) {
            return text(path, String.join("\n", maps.names()));
        }
        if (path.startsWith(DMA)) {
            DeviceAddressMap map = maps.find(path.substring(DMA.length()))
                    .orElseThrow(() -> new SchemeException(Errno.ENODEV, "no device at memory:" + path));
            return new MemoryFile(path, new byte[0], map);
        }
        throw new SchemeException(Errno.ENOENT, "memory:" + path);
    }

    private static MemoryFile text(String path, String content) {
        return new MemoryFile(path, content.getBytes(StandardCharsets.UTF_8), null);
    }

    private static int mode(MemoryFile file) {
        if (file.map != null) {
            return Stat.MODE_CHARACTER;
        }
        return file.path.equals("stat") ? Stat.MODE_FILE : Stat.MODE_DIRECTORY;
    }
}
