package ferrite.runtime;

import static ferrite.runtime.Caller.assertErrno;
import static ferrite.runtime.Caller.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.SliceCache;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A plug-in's and an application's cache: who owns it, and how long it lasts.
@Timeout(60)
class PluginCacheTest {
    private static final int THREADS = 3;
    private static final int REQUESTS = 2_000;

    private Kernel kernel;
    private @Nullable CachePlugin plugin;
    private PluginInstance instance;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        instance = kernel.launch(
                new LaunchSpec("cached", "cached", Layer.BRIDGE, Optional.empty()),
                (context, _, _) -> plugin = new CachePlugin(context));
    }

    private CachePlugin plugin() {
        return Objects.requireNonNull(plugin);
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    /// Opens and asks on the calling thread, which runs the plug-in.
    private void ask(int requests) {
        try (Application application =
                kernel.openApplication(Thread.currentThread().getName())) {
            Caller app = new Caller(application);
            long fd = app.open("cached:");
            try (BufferSlice buffer = app.pool().acquire(16, 16)) {
                for (int i = 0; i < requests; i++) {
                    assertThat(app.status(entry(Opcode.PREAD).withFd(fd), buffer))
                            .isEqualTo(16);
                }
            }
        }
    }

    private void awaitTurnOnAnotherThread() throws InterruptedException {
        instance.context().wake();
        while (plugin().threads.stream().allMatch(Thread.currentThread()::equals)) {
            Thread.sleep(1);
        }
    }

    @Test
    void theCacheFollowsThePluginFromThreadToThread() throws InterruptedException {
        ask(1);
        awaitTurnOnAnotherThread();
        ask(1);

        assertThat(plugin().threads).contains(Thread.currentThread()).hasSizeGreaterThan(1);
        assertThat(instance.state()).isEqualTo(InstanceState.RUNNING);
    }

    @Test
    void itHasOneOwnerAtATimeWhoeverAsks() throws Exception {
        List<FutureTask<Boolean>> askers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            askers.add(new FutureTask<>(() -> ask(REQUESTS), true));
        }
        askers.forEach(Thread.ofPlatform()::start);
        for (FutureTask<Boolean> each : askers) {
            each.get();
        }

        assertThat(instance.failure()).isEmpty();
        kernel.stop(instance); // its last work checks the bytes again
        assertThat(plugin().threads).hasSizeGreaterThanOrEqualTo(THREADS);
    }

    @Test
    void whoDoesNotRunThePluginReleasesButDoesNotAcquire() {
        SliceCache cache = plugin().cache();

        assertErrno(Errno.EACCES, () -> cache.acquireHandle(64, 1));
        assertErrno(Errno.EACCES, () -> cache.slice(plugin().handle));

        ScriptPlugin.in(kernel, "other", Layer.BUS_DRIVER, _ -> {
            assertErrno(Errno.EACCES, () -> cache.acquireHandle(64, 1)); // the token of another context
        });
        assertThat(cache.isLive(plugin().handle)).isTrue();
        long released = plugin().handle;
        cache.release(released);
        assertThat(cache.isLive(released)).isFalse();
        assertErrno(Errno.EALREADY, () -> cache.release(released));
    }

    @Test
    void afterTheStopEveryUseFails() {
        SliceCache cache = plugin().cache();
        kernel.stop(instance);

        assertErrno(Errno.ESHUTDOWN, () -> cache.acquireHandle(64, 1));
        assertErrno(Errno.ESHUTDOWN, () -> cache.release(plugin().handle));
        assertErrno(Errno.ESHUTDOWN, () -> cache.slice(plugin().handle));
        assertErrno(Errno.ESHUTDOWN, cache::flush);
        assertThat(cache.isLive(plugin().handle)).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> cache.segment(plugin().handle));
    }

    @Test
    void aSuccessorFindsSlicesOfTheCacheAndNoHandle() {
        CachePlugin first = plugin();
        ask(1);

        instance.swap((context, _, _) -> plugin = new CachePlugin(context), Duration.ofSeconds(10));
        ask(1);

        assertThat(plugin()).isNotSameAs(first);
        BufferSlice kept = Objects.requireNonNull(plugin().kept);
        assertThat(kept.length()).isEqualTo(5_000);
        assertThat(kept.segment().get(ValueLayout.JAVA_BYTE, 4_999)).isEqualTo((byte) 0x4B);
        assertErrno(Errno.ESHUTDOWN, () -> first.cache().release(first.handle));
    }

    @Test
    void theCacheOfAnApplicationBelongsToTheThreadThatMadeIt() throws Exception {
        try (Application application = kernel.openApplication("app")) {
            SliceCache cache = application.pool().cache();
            long handle = cache.acquireHandle(64, 1);
            FutureTask<Boolean> other = new FutureTask<>(
                    () -> {
                        assertErrno(Errno.EACCES, () -> cache.acquireHandle(64, 1));
                        cache.release(handle);
                    },
                    true);
            Thread.ofPlatform().start(other);
            other.get();

            cache.release(cache.acquireHandle(64, 1));
        }
    }

    /// Keeps a read and answers it with the next open.
    private static final class Late implements AsyncScheme {
        private @Nullable Request kept;

        @Override
        public void handle(Request request) {
            if (Operation.of(request) instanceof Operation.Read) {
                kept = request;
                return;
            }
            Request waiting = kept;
            if (waiting != null && Operation.of(request) instanceof Operation.Open) {
                kept = null;
                waiting.complete(0);
            }
            request.complete(1);
        }

        @Override
        public void cancel(Request request) {
            // not before the next open
        }
    }

    @Test
    void aSliceOfTheCacheThatIsOnARingIsNotHandedOutBeforeTheAnswer() {
        Late late = new Late();
        SchemeSocket[] socket = new SchemeSocket[1];
        kernel.launch(
                new LaunchSpec("late", "late", Layer.PERIPHERAL, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(
                        () -> socket[0] = context.serve(new SchemeName("late")),
                        () -> socket[0].poll(Integer.MAX_VALUE, late)));

        ScriptPlugin.in(kernel, "client", Layer.CLASS_DRIVER, PluginCacheTest::lendFromTheCache);
    }

    private static void lendFromTheCache(Context context) {
        Caller client = new Caller(context);
        long fd = client.open("late:");
        SliceCache cache = context.pool().cache();
        BufferSlice lent = cache.slice(cache.acquireHandle(600, 64));
        long address = lent.address();
        context.kernel().submit(entry(Opcode.PREAD).withFd(fd), lent);
        context.kernel().enter(0);
        lent.close();

        long[] others = new long[500];
        for (int i = 0; i < others.length; i++) {
            others[i] = cache.acquireHandle(600, 64);
            assertThat(cache.address(others[i])).isNotEqualTo(address);
        }
        assertThat(context.pool().guardedSlices()).isOne();

        client.open("late:");
        context.kernel().enter(1);
        assertThat(context.pool().guardedSlices()).isZero();
        assertThat(addressesOf(cache, 500)).contains(address);
    }

    private static List<Long> addressesOf(SliceCache cache, int count) {
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(cache.address(cache.acquireHandle(600, 64)));
        }
        return addresses;
    }

    @Test
    void anApplicationThatFailsWithARequestInFlightDoesNotGetItsBytesAgain() {
        Late late = new Late();
        SchemeSocket[] socket = new SchemeSocket[1];
        kernel.launch(
                new LaunchSpec("late", "late", Layer.PERIPHERAL, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(
                        () -> socket[0] = context.serve(new SchemeName("late")),
                        () -> socket[0].poll(Integer.MAX_VALUE, late)));
        try (Application application = kernel.openApplication("fails")) {
            Caller app = new Caller(application);
            long[] offset = new long[1];

            assertThatIllegalStateException()
                    .isThrownBy(() -> failInFlight(app, offset))
                    .withMessage("on purpose");

            var place = new AllocationStrategy.Fixed(offset[0]);
            assertErrno(Errno.EADDRINUSE, () -> app.pool().acquire(4_096, 64, place));
            assertThat(app.pool().guardedSlices()).isOne();
            app.open("late:"); // the server answers
            assertThat(app.await(1)).hasSize(1);
            app.pool().acquire(4_096, 64, place).close();
        }
    }

    private static void failInFlight(Caller app, long[] offset) {
        long fd = app.open("late:");
        BufferSlice buffer = app.pool().acquire(4_096, 64);
        offset[0] = buffer.offset();
        try {
            app.kernel().submit(entry(Opcode.PREAD).withFd(fd), buffer);
            app.kernel().enter(0);
            throw new IllegalStateException("on purpose");
        } finally {
            buffer.close();
            app.status(entry(Opcode.CLOSE).withFd(fd));
        }
    }
}
