package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rings between two plug-ins: what runs in `start` of a client above the echo scheme.
@Timeout(60)
class PeerRingTest {
    private Kernel kernel;
    private final EchoPlugin[] echo = new EchoPlugin[1];

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        kernel.launch(
                new LaunchSpec("echo", "echo0", Layer.CONTROLLER_DRIVER, Optional.empty()),
                (context, _, _) -> echo[0] = new EchoPlugin(context, 5));
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    @Test
    void readGoesDirectlyToThePeer() {
        asClient(Layer.CLASS_DRIVER, context -> {
            ConsumerInstance ring = context.connect(new SchemeName("echo"), RingParameters.DEFAULT);
            long file = ring.open(context.pool(), "", OpenFlags.RDONLY);
            try (BufferSlice buffer = context.pool().acquire(64, 64)) {
                assertThat(ring.pread(file, buffer, 0)).isEqualTo(64);
            }
        });
    }

    @Test
    void serverIsGivenTheAskersOwnBytesAndNoCopy() {
        asClient(Layer.CLASS_DRIVER, context -> {
            ConsumerInstance ring = context.connect(new SchemeName("echo"), RingParameters.DEFAULT);
            long file = ring.open(context.pool(), "", OpenFlags.RDONLY);
            try (BufferSlice whole = context.pool().acquire(256, 64)) {
                BufferSlice buffer = whole.slice(96, 64);
                whole.segment().fill((byte) 0x77);

                ring.pread(file, buffer, 0);

                assertThat(echo[0].readAddress).isEqualTo(buffer.address());
                assertThat(echo[0].readMemory).isEqualTo(buffer.segment().address());
                assertThat(whole.segment().asSlice(0, 96).toArray(ValueLayout.JAVA_BYTE))
                        .containsOnly(0x77);
                assertThat(buffer.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
                assertThat(whole.segment().asSlice(160, 96).toArray(ValueLayout.JAVA_BYTE))
                        .containsOnly(0x77);
            }
        });
    }

    @Test
    void cancelEntryReachesAKeptRequestAtOnce() {
        asClient(Layer.CLASS_DRIVER, context -> {
            ConsumerInstance ring = context.connect(new SchemeName("echo"), RingParameters.DEFAULT);
            long keep = ring.open(context.pool(), "keep", OpenFlags.RDONLY);
            List<CompletionQueueEntry> done = new ArrayList<>();
            try (BufferSlice buffer = context.pool().acquire(64, 64)) {
                ring.submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(keep).withUserData(3), buffer);
                ring.enter(0);
                assertThat(ring.call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(3, 0))
                                .status())
                        .isZero();
                boolean ended = context.await(
                        () -> ring.reap(done::add, 1) > 0 || !done.isEmpty(), TimeUnit.SECONDS.toNanos(5));
                assertThat(ended).isTrue();
            }
            assertThat(done.getFirst().status()).isEqualTo(Errno.ECANCELED.status());
        });
    }

    @Test
    void askerSeesTheAnswersThatWereGivenBeforeTheServerWaits() {
        List<String> seen = new ArrayList<>();
        kernel.launch(
                new LaunchSpec("slow", "slow0", Layer.CONTROLLER_DRIVER, Optional.empty()),
                (context, _, _) -> new Waiter(context, () -> seen.add(completionsOf("client0#"))));
        asClient(Layer.CLASS_DRIVER, context -> {
            ConsumerInstance ring = context.connect(new SchemeName("slow"), RingParameters.DEFAULT);
            ring.submit(SubmissionQueueEntry.of(EchoPlugin.ECHO));
            ring.submit(SubmissionQueueEntry.of(EchoPlugin.ECHO));
            assertThat(ring.enter(2)).isEqualTo(2);
        });
        assertThat(seen).containsExactly("0", "1");
    }

    /// How many completions wait on the one ring of a context to another.
    private String completionsOf(String asker) {
        return kernel.snapshot().rings().stream()
                .filter(line -> line.startsWith("UserToUser") && line.contains(asker))
                .map(line -> line.replaceAll(".* cq +([0-9]+)/.*", "$1"))
                .findFirst()
                .orElse("none");
    }

    @Test
    void connectingSidewaysWouldDeadlock() {
        asClient(
                Layer.CONTROLLER_DRIVER,
                context -> assertThatThrownBy(() -> context.connect(new SchemeName("echo"), RingParameters.DEFAULT))
                        .isInstanceOfSatisfying(
                                SchemeException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.EDEADLK)));
    }

    @Test
    void serverThatStopsAnswersNoDevice() {
        asClient(Layer.CLASS_DRIVER, context -> {
            ConsumerInstance ring = context.connect(new SchemeName("echo"), RingParameters.DEFAULT);
            long keep = ring.open(context.pool(), "keep", OpenFlags.RDONLY);
            List<CompletionQueueEntry> done = new ArrayList<>();
            try (BufferSlice buffer = context.pool().acquire(64, 64)) {
                ring.submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(keep), buffer);
                ring.enter(0);
                kernel.stop(kernel.instance("echo0").orElseThrow());
                ring.reap(done::add, 1);
            }
            assertThat(done.getFirst().status()).isEqualTo(Errno.ENODEV.status());
        });
    }

    private void asClient(Layer layer, Consumer<Context> work) {
        kernel.launch(
                new LaunchSpec("client", "client0", layer, Optional.empty()),
                (context, _, _) -> new Client(context, work));
    }

    /// Waits for the kernel in the middle of each request, looks around, and answers.
    private static final class Waiter implements Plugin, AsyncScheme {
        private final Context context;
        private final SchemeSocket socket;
        private final Runnable look;

        Waiter(Context context, Runnable look) {
            this.context = context;
            this.look = look;
            socket = context.serve(new SchemeName("slow"));
        }

        @Override
        public void start() {}

        @Override
        public int poll(int budget) {
            return socket.poll(budget, this);
        }

        @Override
        public void handle(Request request) {
            context.kernel().call(SubmissionQueueEntry.of(Opcode.NOP));
            look.run();
            request.complete(0);
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
            return new PluginState(1, new byte[0]);
        }

        @Override
        public void restore(PluginState state) {}

        @Override
        public void stop() {}
    }

    private record Client(Context context, Consumer<Context> work) implements Plugin {
        @Override
        public void start() {
            work.accept(context);
        }

        @Override
        public int poll(int budget) {
            return 0;
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
        public void restore(PluginState state) {}

        @Override
        public void stop() {}
    }
}
