package ferrite.runtime;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.SliceCache;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A scheme for tests that has its working memory from a cache, wherever its code runs. Each request checks the bytes
/// that the one before wrote.
final class CachePlugin implements Plugin, AsyncScheme {
    static final SchemeName NAME = new SchemeName("cached");

    private static final int BYTES = 600;

    private final Context context;
    private @Nullable SchemeSocket socket;
    private @Nullable SliceCache cache;
    private long mark;

    /// Acquired by the work before.
    long handle;

    /// Found by a successor.
    @Nullable
    BufferSlice kept;

    /// On which its code ran.
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    CachePlugin(Context context) {
        this.context = context;
    }

    SliceCache cache() {
        return Objects.requireNonNull(cache);
    }

    private void begin() {
        socket = context.serve(NAME);
        cache = context.pool().cache();
        handle = cache().acquireHandle(BYTES, 64);
        cache().segment(handle).fill((byte) mark);
    }

    private void work() {
        threads.add(Thread.currentThread());
        MemorySegment bytes = cache().segment(handle);
        if (bytes.get(ValueLayout.JAVA_BYTE, 0) != (byte) mark
                || bytes.get(ValueLayout.JAVA_BYTE, BYTES - 1) != (byte) mark) {
            throw new IllegalStateException("somebody else wrote to the bytes of turn " + mark);
        }
        long next = cache().acquireHandle(BYTES, 64);
        cache().release(handle);
        handle = next;
        mark++;
        cache().segment(handle).fill((byte) mark);
    }

    @Override
    public void start() {
        begin();
        BufferSlice slice = cache().slice(cache().acquireHandle(5_000, 64));
        slice.segment().fill((byte) 0x4B);
        kept = slice;
    }

    @Override
    public int poll(int budget) {
        work();
        return Objects.requireNonNull(socket).poll(budget, this);
    }

    @Override
    public void handle(Request request) {
        work();
        long length = switch (Operation.of(request)) {
            case Operation.Read(long _, long _, BufferSlice into) -> into.length();
            default -> 1;
        };
        request.complete(length);
    }

    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED);
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public PluginState save() {
        work();
        return new PluginState(
                1,
                ByteBuffer.allocate(Long.BYTES)
                        .putLong(Objects.requireNonNull(kept).offset())
                        .array());
    }

    @Override
    public void restore(PluginState state) {
        begin();
        kept = context.pool().reattach(ByteBuffer.wrap(state.bytes()).getLong());
    }

    @Override
    public void stop() {
        work();
    }
}
