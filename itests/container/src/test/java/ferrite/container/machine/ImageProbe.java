package ferrite.container.machine;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// In place of the host's files below a stick: the image, as `probe:disk`, that notes where in shared memory it was asked to
/// put bytes, or to take them from.
public final class ImageProbe implements Plugin, AsyncScheme {
    /// Size of the image, bytes.
    public static final int BYTES = 8 << 20;

    private static final SchemeName NAME = new SchemeName("probe");

    private final Context context;
    private final byte[] image;
    private final List<Moved> moved = new CopyOnWriteArrayList<>();
    private @Nullable SchemeSocket socket;

    /// Bytes that one request moved.
    ///
    /// @param toMemory a read
    /// @param address of the first, in shared memory
    /// @param bytes how many
    public record Moved(boolean toMemory, long address, long bytes) {}

    /// @param image content, which writes change
    public ImageProbe(Context context, byte[] image) {
        this.context = context;
        this.image = image;
    }

    /// What was moved since the last call.
    public List<Moved> takeMoved() {
        List<Moved> all = List.copyOf(moved);
        moved.clear();
        return all;
    }

    @Override
    public void start() {
        socket = context.serve(NAME);
    }

    @Override
    public int poll(int budget) {
        return Objects.requireNonNull(socket).poll(budget, this);
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open _ -> request.complete(1);
            case Operation.Read(long _, long offset, BufferSlice into) -> {
                moved.add(new Moved(true, into.address(), into.length()));
                MemorySegment.copy(image, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, (int) into.length());
                request.complete(into.length());
            }
            case Operation.Write(long _, long offset, BufferSlice from) -> {
                moved.add(new Moved(false, from.address(), from.length()));
                MemorySegment.copy(from.segment(), ValueLayout.JAVA_BYTE, 0, image, (int) offset, (int) from.length());
                request.complete(from.length());
            }
            case Operation.Fstat(long _, BufferSlice into) -> {
                new Stat(BYTES, 512, Stat.MODE_FILE).encode(into.segment(), 0);
                request.complete(Stat.BYTES);
            }
            case Operation.Fsync _, Operation.Close _ -> request.complete(0);
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        // nothing is ever kept
    }

    @Override
    public boolean isQuiet() {
        return true;
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
}
