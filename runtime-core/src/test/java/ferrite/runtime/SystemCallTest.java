package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of bytes that a system call still fills when the instance that made it ends. The call is a read from an
/// empty pipe, in a thread of its own, as work that an instance has handed over.
@Timeout(60)
class SystemCallTest {
    private static final long BYTES = 4_096;
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final String BUS_ADDRESS = "0000:00:04.0";
    private static final byte STALE = 0x5A;

    private Kernel kernel;
    private Application app;
    private Pipe pipe;

    @BeforeEach
    void boot() throws IOException {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        app = kernel.openApplication("asker");
        pipe = Pipe.open();
    }

    @AfterEach
    void close() throws IOException {
        app.close();
        kernel.close();
        pipe.sink().close();
        pipe.source().close();
    }

    /// Keeps the request by which it is asked for bytes, and never answers it by itself.
    static final class Server implements AsyncScheme {
        final AtomicBoolean dies = new AtomicBoolean();

        @Nullable
        SchemeSocket socket;

        @Nullable
        Request kept;

        @Nullable
        MemorySegment bytes;

        @Override
        public void handle(Request request) {
            if (Operation.of(request) instanceof Operation.Read(long _, long _, BufferSlice into)) {
                kept = request;
                bytes = into.segment();
            } else {
                request.complete(1);
            }
        }

        @Override
        public void cancel(Request request) {
            // not yet
        }

        void serve(Context context) {
            socket = context.serve(new SchemeName("server"));
        }

        int poll() {
            if (dies.get()) {
                throw new IllegalStateException("dies on purpose");
            }
            return Objects.requireNonNull(socket).poll(Integer.MAX_VALUE, this);
        }

        MemorySegment bytes() {
            return Objects.requireNonNull(bytes);
        }
    }

    private PluginInstance launch(Server server) {
        return kernel.launch(
                spec("server"), (context, _, _) -> new ScriptPlugin(() -> server.serve(context), server::poll));
    }

    private static LaunchSpec spec(String name) {
        return new LaunchSpec(name, name, Layer.CLASS_DRIVER, Optional.empty());
    }

    /// Sends a read and lets the server take it.
    private BufferSlice ask() {
        long fd = app.kernel().open(app.pool(), "server:", OpenFlags.RDONLY);
        BufferSlice buffer = app.pool().acquire(BYTES, 64);
        app.kernel().submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd), buffer);
        app.kernel().enter(0);
        return buffer;
    }

    /// Returns when the thread is in the system call.
    private FutureTask<Integer> fill(MemorySegment bytes) throws InterruptedException {
        FutureTask<Integer> filling = new FutureTask<>(() -> pipe.source().read(bytes.asByteBuffer()));
        Thread thread = Thread.ofPlatform().daemon().start(filling);
        until(() -> {
            StackTraceElement[] stack = thread.getStackTrace();
            return stack.length > 0
                    && stack[0].isNativeMethod()
                    && stack[0].getMethodName().startsWith("read");
        });
        return filling;
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }

    private void letTheSystemCallReturn(FutureTask<Integer> filling) throws Exception {
        pipe.sink().write(ByteBuffer.wrap(new byte[] {STALE}));
        assertThat(filling.get()).isOne();
    }

    private long statusOfTheRequest() {
        app.kernel().enter(1);
        return new Caller(app).reap().getFirst().status();
    }

    private static boolean isHandedOut(BufferPool pool, long offset) {
        Optional<BufferSlice> again = pool.tryAcquire(BYTES, 64, new AllocationStrategy.Fixed(offset));
        again.ifPresent(BufferSlice::close);
        return again.isPresent();
    }

    /// How an instance may end.
    enum End {
        STOPPED {
            @Override
            void of(Server server, Kernel kernel, PluginInstance instance) {
                kernel.stop(instance);
            }
        },
        FAILED {
            @Override
            void of(Server server, Kernel kernel, PluginInstance instance) {
                server.dies.set(true);
                instance.context().wake();
            }
        };

        abstract void of(Server server, Kernel kernel, PluginInstance instance);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void bytesThatASystemCallOfADeadServerStillFillsAreNotHandedOut(End end) throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());

        end.of(server, kernel, instance);

        assertThat(statusOfTheRequest()).isEqualTo(Errno.ENODEV.status());
        buffer.close();
        assertThat(isHandedOut(app.pool(), buffer.offset())).isFalse();
        assertThat(app.pool().guardedSlices()).isOne();
        letTheSystemCallReturn(filling);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void theBytesComeBackWhenTheSystemCallEnds(End end) throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());
        end.of(server, kernel, instance);
        statusOfTheRequest();
        buffer.close();

        letTheSystemCallReturn(filling);

        until(() -> isHandedOut(app.pool(), buffer.offset()));
        assertThat(app.pool().guardedSlices()).isZero();
        MemorySegment bytes = server.bytes();
        assertThatThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSliceThatWasNotClosedKeepsWorkingForItsOwner() throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        try (BufferSlice buffer = ask()) {
            FutureTask<Integer> filling = fill(server.bytes());
            kernel.stop(instance);
            statusOfTheRequest();

            letTheSystemCallReturn(filling);

            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo(STALE);
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aServerThatEndsInASystemCallIsForgotten(End end) throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());

        end.of(server, kernel, instance);

        statusOfTheRequest();
        until(() -> !kernel.hasContext(instance.context().id()));
        assertThat(instance.state()).isEqualTo(InstanceState.valueOf(end.name()));
        assertThat(kernel.schemeNames()).doesNotContain("server");
        buffer.close();
        letTheSystemCallReturn(filling);
    }

    @Test
    void theReactorOutlivesAServerThatFailsInASystemCall() throws Exception {
        AtomicInteger ticks = new AtomicInteger();
        kernel.launch(
                spec("clock"),
                (context, _, _) -> new ScriptPlugin(() -> context.wakeAt(System.nanoTime()), () -> {
                    ticks.incrementAndGet();
                    context.wakeAt(System.nanoTime() + 1_000_000);
                    return 0;
                }));
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());

        server.dies.set(true);
        instance.context().wake(); // on no runner's thread: the reactor runs it
        until(() -> instance.state() == InstanceState.FAILED);

        int before = ticks.get();
        until(() -> ticks.get() > before + 10);
        assertThat(statusOfTheRequest()).isEqualTo(Errno.ENODEV.status());
        buffer.close();
        letTheSystemCallReturn(filling);
    }

    @Test
    void theReportNamesTheSystemCall() throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());

        kernel.stop(instance);
        statusOfTheRequest();
        buffer.close();

        PoolSnapshot pool = kernel.snapshot().pools().stream()
                .filter(each -> each.context().startsWith("asker"))
                .findFirst()
                .orElseThrow();
        assertThat(pool.keptBytes()).isEqualTo(BYTES);
        assertThat(pool.holdings()).singleElement().satisfies(holding -> {
            assertThat(holding.holder()).isEqualTo("system call of server, ring kernel → server:, request 0");
            assertThat(holding.address()).isEqualTo(buffer.address());
            assertThat(holding.ageNanos()).isPositive();
        });
        assertThat(new Caller(app).text("sys:pool"))
                .containsPattern(
                        "system call of server, ended \\d+ ms ago: 1 regions stay mapped for it, 1 slices are kept");
        letTheSystemCallReturn(filling);
        until(() -> !new Caller(app).text("sys:pool").contains("system call of"));
    }

    /// Answers what its predecessor has left, and closes what it was told to.
    private static ScriptPlugin successor(Context context, Runnable closes) {
        SchemeSocket[] socket = new SchemeSocket[1];
        return new ScriptPlugin(() -> {}, () -> {
            closes.run();
            socket[0] = context.serve(new SchemeName("server"));
            socket[0].outstanding().forEach(each -> each.complete(0));
            return 0;
        });
    }

    @Test
    void bytesThatASystemCallOfThePredecessorFillsAreNotHandedOutWhenTheSuccessorAnswers() throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());

        instance.swap((context, _, _) -> successor(context, () -> {}), DRAIN);

        assertThat(statusOfTheRequest()).isZero();
        buffer.close();
        assertThat(isHandedOut(app.pool(), buffer.offset())).isFalse();
        letTheSystemCallReturn(filling);
        until(() -> isHandedOut(app.pool(), buffer.offset()));
    }

    @Test
    void aSliceThatASystemCallOfThePredecessorFillsIsNotHandedOutWhenTheSuccessorClosesIt() throws Exception {
        Context[] contexts = new Context[2];
        BufferSlice[] own = new BufferSlice[1];
        PluginInstance instance = kernel.launch(spec("server"), (context, _, _) -> {
            contexts[0] = context;
            return new ScriptPlugin(() -> own[0] = context.pool().acquire(BYTES, 64), () -> 0);
        });
        long offset = own[0].offset();
        FutureTask<Integer> filling = fill(own[0].segment());
        AtomicBoolean closed = new AtomicBoolean();

        instance.swap(
                (context, _, _) -> {
                    contexts[1] = context;
                    return successor(context, () -> {
                        if (closed.compareAndSet(false, true)) {
                            context.pool().reattach(offset).close();
                        }
                    });
                },
                DRAIN);

        assertThat(isHandedOut(contexts[1].pool(), offset)).isFalse();
        letTheSystemCallReturn(filling);
        until(() -> isHandedOut(contexts[1].pool(), offset));
    }

    @Test
    void bytesThatASystemCallOfARefusedSuccessorFillsAreNotHandedOutWhenTheIncumbentAnswers() throws Exception {
        Server incumbent = new Server();
        PluginInstance instance = launch(incumbent);
        BufferSlice buffer = ask();
        List<FutureTask<Integer>> filling = new ArrayList<>();

        assertThatThrownBy(() -> instance.swap((context, _, _) -> refused(context, filling), DRAIN))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("refused on purpose");

        Request kept = Objects.requireNonNull(incumbent.kept);
        kernel.stop(instance); // answers ENODEV
        assertThat(kept.isLive()).isFalse();
        assertThat(statusOfTheRequest()).isEqualTo(Errno.ENODEV.status());
        buffer.close();
        assertThat(isHandedOut(app.pool(), buffer.offset())).isFalse();
        letTheSystemCallReturn(filling.getFirst());
        until(() -> isHandedOut(app.pool(), buffer.offset()));
    }

    private ScriptPlugin refused(Context context, List<FutureTask<Integer>> filling) {
        return new ScriptPlugin(() -> {}, () -> {
            SchemeSocket socket = context.serve(new SchemeName("server"));
            try {
                filling.add(fill(socket.outstanding().getFirst().buffer().segment()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("refused on purpose");
        });
    }

    @Test
    void bytesThatASystemCallOfASuspendedInstanceFillsAreNotHandedOutWhenItIsStopped() throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        FutureTask<Integer> filling = fill(server.bytes());

        instance.suspend(DRAIN);
        kernel.stop(instance);

        assertThat(statusOfTheRequest()).isEqualTo(Errno.ENODEV.status());
        buffer.close();
        assertThat(isHandedOut(app.pool(), buffer.offset())).isFalse();
        letTheSystemCallReturn(filling);
        until(() -> isHandedOut(app.pool(), buffer.offset()));
    }

    @Test
    void bytesThatASystemCallOfASuccessorThatWasRefusedAtResumeFillsAreNotHandedOut() throws Exception {
        Server server = new Server();
        PluginInstance instance = launch(server);
        BufferSlice buffer = ask();
        List<FutureTask<Integer>> filling = new ArrayList<>();
        instance.suspend(DRAIN);

        assertThatThrownBy(() -> instance.resume((context, _, _) -> refused(context, filling)))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("stays suspended");

        kernel.stop(instance);
        assertThat(statusOfTheRequest()).isEqualTo(Errno.ENODEV.status());
        buffer.close();
        assertThat(isHandedOut(app.pool(), buffer.offset())).isFalse();
        letTheSystemCallReturn(filling.getFirst());
        until(() -> isHandedOut(app.pool(), buffer.offset()));
    }

    @Test
    void anApplicationThatEndsInASystemCallIsForgottenAndItsMemoryGoesWhenTheCallEnds() throws Exception {
        Application ending = kernel.openApplication("ending");
        int id = ending.id();
        MemorySegment bytes = ending.pool().acquire(BYTES, 64).segment();
        FutureTask<Integer> filling = fill(bytes);

        ending.close();

        assertThat(kernel.hasContext(id)).isFalse();
        assertThat(bytes.scope().isAlive()).isTrue();
        letTheSystemCallReturn(filling);
        until(() -> !bytes.scope().isAlive());
    }

    @Test
    void mappedBytesThatASystemCallOfADeadDeviceFillsAreNotHandedOut() throws Exception {
        DeviceMemory[] reach = new DeviceMemory[1];
        PluginInstance device = kernel.launch(
                new LaunchSpec("device", "device", Layer.BRIDGE, Optional.of(BUS_ADDRESS)), (_, memory, _) -> {
                    reach[0] = memory;
                    return new ScriptPlugin(() -> {}, () -> 0);
                });
        ScriptPlugin.in(kernel, "driver", Layer.BUS_DRIVER, context -> {
            BufferSlice slice = context.pool().acquire(BYTES, 64);
            long map = context.kernel().open(context.pool(), "memory:dma/" + BUS_ADDRESS, OpenFlags.RDWR);
            long at = context.dmaMap(map).map(slice, Access.WRITE);
            MemorySegment seen =
                    reach[0].at(at, BYTES, Access.WRITE).orElseThrow().segment();
            try {
                FutureTask<Integer> filling = fill(seen);
                kernel.stop(device);
                context.dmaMap(map).unmap(at);
                slice.close();

                assertThat(isHandedOut(context.pool(), slice.offset())).isFalse();
                letTheSystemCallReturn(filling);
                until(() -> isHandedOut(context.pool(), slice.offset()));
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }

    @Test
    void theKernelEndsInSpiteOfASystemCall() throws Exception {
        Server server = new Server();
        launch(server);
        ask();
        FutureTask<Integer> filling = fill(server.bytes());

        kernel.close();

        assertThat(kernel.instances()).isEmpty();
        letTheSystemCallReturn(filling);
    }
}
