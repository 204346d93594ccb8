package ferrite.runtime.scheme;

import ferrite.buffer.DeviceAddressMap;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `memory:`: device address maps (`dma/BUS-ADDRESS`, for [ferrite.spi.context.Context#dmaMap]) and `stat`, the
/// pools as text.
final class MemoryScheme implements AsyncScheme {
    private static final String DMA = "dma/";

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
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
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
