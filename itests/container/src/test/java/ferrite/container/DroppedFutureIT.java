package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.client.Reactor;
import ferrite.client.RequestFuture;
import ferrite.runtime.Application;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import ferrite.testkit.TestKernel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A program that forgets its future, on the real client, kernel and pool: the server still has the bytes.
@Timeout(60)
class DroppedFutureIT {
    private static final long BYTES = 4_096;

    private final TestKernel kernel = new TestKernel();
    private final Keeper keeper = new Keeper();
    private final Application app = kernel.application();
    private Reactor reactor;

    /// Keeps every read, also when it is asked back.
    private static final class Keeper implements AsyncScheme {
        final List<Request> kept = new ArrayList<>();

        @Override
        public void handle(Request request) {
            if (Operation.of(request) instanceof Operation.Read) {
                kept.add(request);
            } else {
                request.complete(1);
            }
        }

        @Override
        public void cancel(Request request) {
            // not yet
        }
    }

    private record KeeperPlugin(SchemeSocket socket, Keeper keeper) implements Plugin {
        KeeperPlugin(Context context, Keeper keeper) {
            this(context.serve(new SchemeName("keeper")), keeper);
        }

        @Override
        public void start() {}

        @Override
        public int poll(int budget) {
            return socket.poll(budget, keeper);
        }

        @Override
        public boolean isQuiet() {
            return keeper.kept.isEmpty();
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

    @BeforeEach
    void start() {
        kernel.launch("keeper", Layer.CLASS_DRIVER, (context, _, _) -> new KeeperPlugin(context, keeper));
        reactor = Reactor.builder(app.pool()).build();
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    /// How a program may let go of a future.
    enum Drop {
        FORGOTTEN,
        CANCELLED,
        FORCED;

        void apply(RequestFuture<Long> future) {
            switch (this) {
                case FORGOTTEN -> {}
                case CANCELLED -> future.cancel(true);
                case FORCED -> future.complete(0L);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Drop.class)
    void theBytesOfADroppedFutureStayTakenUntilTheServerAnswers(Drop drop) {
        long fd = app.kernel().open(app.pool(), "keeper:", OpenFlags.RDONLY);
        var ring = reactor.addPrimary(app.kernel(), RingParameters.DEFAULT);
        BufferSlice buffer = app.pool().acquire(BYTES, 64);
        AllocationStrategy there = new AllocationStrategy.Fixed(buffer.offset());
        RequestFuture<Long> future = reactor.handle(ring).pread(fd, buffer, 0);
        reactor.runUntil(() -> !keeper.kept.isEmpty());

        drop.apply(future);
        reactor.poll(16);
        buffer.close();

        assertThatThrownBy(() -> app.pool().acquire(BYTES, 64, there))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EADDRINUSE));
        keeper.kept.getFirst().complete(BYTES);
        reactor.runUntil(() -> app.pool().guardedSlices() == 0);
        assertThat(app.pool().acquire(BYTES, 64, there).isLive()).isTrue();
    }
}
