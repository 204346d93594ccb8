package ferrite.runtime;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A scheme for tests: a read fills the buffer with the build number of the plug-in, `keep` files hold reads until
/// something is written to `release`.
final class EchoPlugin implements Plugin, AsyncScheme {
    static final SchemeName NAME = new SchemeName("echo");

    /// Private opcode that answers with `additional1`.
    static final int ECHO = 200;

    private final Context context;
    private final int build;
    private final Deque<Request> kept = new ArrayDeque<>();
    private @Nullable SchemeSocket socket;
    boolean failsOnPoll;
    boolean failsOnRestore;
    boolean hasLetGo;

    /// Address of the buffer of the last read, and of its memory in this process.
    long readAddress;

    long readMemory;

    EchoPlugin(Context context, int build) {
        this.context = context;
        this.build = build;
    }

    @Override
    public void start() {
        socket = context.serve(NAME);
    }

    @Override
    public int poll(int budget) {
        if (failsOnPoll) {
            throw new IllegalStateException("poll fails on purpose");
        }
        return Objects.requireNonNull(socket).poll(budget, this);
    }

    @Override
    public boolean isQuiet() {
        return kept.isEmpty();
    }

    @Override
    public PluginState save() {
        return new PluginState(1, new byte[] {(byte) build});
    }

    @Override
    public void restore(PluginState state) {
        if (failsOnRestore) {
            throw new IllegalStateException("restore fails on purpose");
        }
        socket = context.serve(NAME);
    }

    @Override
    public void letGo() {
        hasLetGo = true;
    }

    @Override
    public void stop() {}

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long _) ->
                request.complete(
                        switch (path) {
                            case "" -> 1;
                            case "keep" -> 2;
                            case "release" -> 3;
                            default -> Errno.ENOENT.status();
                        });
            case Operation.Read(long file, long _, BufferSlice into) -> {
                readAddress = request.buffer().address();
                readMemory = request.buffer().segment().address();
                if (file == 2) {
                    kept.add(request);
                } else {
                    into.segment().fill((byte) build);
                    request.complete(into.length());
                }
            }
            case Operation.Write(long _, long _, BufferSlice from) -> {
                long length = from.length();
                for (Request waiting = kept.poll(); waiting != null; waiting = kept.poll()) {
                    waiting.complete(0);
                }
                request.complete(length);
            }
            case Operation.Close(long _) -> request.complete(0);
            case Operation.Private(int opcode) when opcode == ECHO -> request.complete(request.additional1());
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        kept.remove(request);
        request.fail(Errno.ECANCELED);
    }
}
