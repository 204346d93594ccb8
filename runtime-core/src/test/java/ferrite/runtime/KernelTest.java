package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KernelTest {
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private Kernel kernel;
    private Application app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        app = kernel.openApplication("test");
    }

    @AfterEach
    void close() {
        app.close();
        kernel.close();
    }

    private PluginInstance launch(int build) {
        return kernel.launch(
                new LaunchSpec("echo", "echo0", Layer.CLASS_DRIVER, Optional.empty()),
                (context, _, _) -> new EchoPlugin(context, build));
    }

    @Test
    void readGoesThroughKernelAndPluginAndBack() {
        launch(7);
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        try (BufferSlice buffer = app.pool().acquire(4096, 64)) {
            assertThat(app.kernel().pread(fd, buffer, 0)).isEqualTo(4096);
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 4095)).isEqualTo((byte) 7);
        }
        app.kernel().closeFile(fd);
    }

    @Test
    void unknownSchemeAnswersNoDevice() {
        assertThatThrownBy(() -> app.kernel().open(app.pool(), "nobody:x", OpenFlags.RDONLY))
                .isInstanceOfSatisfying(
                        SchemeException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
    }

    @Test
    void staleDescriptorIsBadEvenWhenItsPlaceIsReused() {
        launch(7);
        long stale = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        app.kernel().closeFile(stale);
        long fresh = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);

        assertThat((int) fresh).isEqualTo((int) stale);
        try (BufferSlice buffer = app.pool().acquire(16, 1)) {
            assertThatThrownBy(() -> app.kernel().pread(stale, buffer, 0))
                    .isInstanceOfSatisfying(
                            SchemeException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        }
    }

    @Test
    void manyRequestsAreInFlightAndEachIsAnsweredOnce() {
        launch(3);
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        int total = 10_000;
        int sent = 0;
        List<Long> seen = new ArrayList<>();
        try (BufferSlice buffer = app.pool().acquire(64, 64)) {
            while (seen.size() < total) {
                while (sent < total
                        && app.kernel()
                                .submit(
                                        SubmissionQueueEntry.of(Opcode.PREAD)
                                                .withFd(fd)
                                                .withUserData(sent),
                                        buffer)) {
                    sent++;
                }
                app.kernel().enter(1);
                app.kernel()
                        .reap(
                                done -> {
                                    assertThat(done.status()).isEqualTo(64);
                                    seen.add(done.userData());
                                },
                                Integer.MAX_VALUE);
            }
        }
        assertThat(seen).doesNotHaveDuplicates().hasSize(total);
    }

    @Test
    void keptRequestWaitsUntilItIsReleased() {
        launch(3);
        long keep = app.kernel().open(app.pool(), "echo:keep", OpenFlags.RDONLY);
        long release = app.kernel().open(app.pool(), "echo:release", OpenFlags.WRONLY);
        try (BufferSlice buffer = app.pool().acquire(64, 64)) {
            app.kernel()
                    .submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(keep).withUserData(5), buffer);
            assertThat(app.kernel().enter(0)).isZero();
            app.kernel().pwrite(release, buffer, 0);
            assertThat(app.kernel().enter(1)).isEqualTo(1);
            assertThat(reapOne().userData()).isEqualTo(5);
        }
    }

    @Test
    void cancelledRequestIsAnsweredCancelledExactlyOnce() {
        launch(3);
        long keep = app.kernel().open(app.pool(), "echo:keep", OpenFlags.RDONLY);
        try (BufferSlice buffer = app.pool().acquire(64, 64)) {
            app.kernel()
                    .submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(keep).withUserData(5), buffer);
            app.kernel().enter(0);
            CompletionQueueEntry cancel =
                    app.kernel().call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(5, 0));
            assertThat(cancel.status()).isZero();
            app.kernel().enter(1);
            CompletionQueueEntry done = reapOne();
            assertThat(done.userData()).isEqualTo(5);
            assertThat(done.status()).isEqualTo(Errno.ECANCELED.status());
        }
    }

    @Test
    void swapKeepsDescriptorAndChangesCode() {
        PluginInstance echo = launch(1);
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        SwapReport report = echo.swap((context, _, _) -> new EchoPlugin(context, 2), DRAIN);
        assertThat(report.stateBytes()).isEqualTo(1);
        assertThat(readBuild(fd)).isEqualTo(2);
    }

    @Test
    void successorThatFailsToRestoreLeavesTheIncumbentRunning() {
        PluginInstance echo = launch(1);
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        assertThatThrownBy(() -> echo.swap(
                        (context, _, _) -> {
                            EchoPlugin bad = new EchoPlugin(context, 2);
                            bad.failsOnRestore = true;
                            return bad;
                        },
                        DRAIN))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("restore fails on purpose")
                .hasMessageContaining("incumbent runs on");
        assertThat(readBuild(fd)).isEqualTo(1);
    }

    @Test
    void refusedSuccessorIsToldToLetGo() {
        PluginInstance echo = launch(1);
        EchoPlugin[] refused = new EchoPlugin[1];
        assertThatThrownBy(() -> echo.swap(
                        (context, _, _) -> {
                            refused[0] = new EchoPlugin(context, 2);
                            refused[0].failsOnPoll = true;
                            return refused[0];
                        },
                        DRAIN))
                .isInstanceOf(PluginException.class);
        assertThat(refused[0].hasLetGo).isTrue();
    }

    @Test
    void successorThatFailsInItsFirstPollLeavesTheIncumbentRunning() {
        PluginInstance echo = launch(1);
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        assertThatThrownBy(() -> echo.swap(
                        (context, _, _) -> {
                            EchoPlugin bad = new EchoPlugin(context, 2);
                            bad.failsOnPoll = true;
                            return bad;
                        },
                        DRAIN))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("poll fails on purpose");
        assertThat(readBuild(fd)).isEqualTo(1);
    }

    @Test
    void swapIsRefusedWhileARequestIsStuckAndNothingIsLost() {
        PluginInstance echo = launch(1);
        long keep = app.kernel().open(app.pool(), "echo:keep", OpenFlags.RDONLY);
        long release = app.kernel().open(app.pool(), "echo:release", OpenFlags.WRONLY);
        try (BufferSlice buffer = app.pool().acquire(64, 64)) {
            app.kernel()
                    .submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(keep).withUserData(5), buffer);
            app.kernel().enter(0);
            assertThatThrownBy(() -> echo.swap((context, _, _) -> new EchoPlugin(context, 2), Duration.ofMillis(50)))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("1 requests were still in work");
            app.kernel().pwrite(release, buffer, 0);
            app.kernel().enter(1);
            assertThat(reapOne().status()).isZero();
        }
    }

    @Test
    void pluginThatThrowsAnswersItsClientsNoDeviceAndNothingElseStops() {
        AtomicBoolean fails = new AtomicBoolean();
        PluginInstance echo = kernel.launch(
                new LaunchSpec("echo", "echo0", Layer.CLASS_DRIVER, Optional.empty()), (context, _, _) -> {
                    EchoPlugin plugin = new EchoPlugin(context, 1);
                    fails.set(true);
                    return plugin;
                });
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        EchoPlugin[] successor = new EchoPlugin[1];
        echo.swap((context, _, _) -> successor[0] = new EchoPlugin(context, 2), DRAIN);
        assertThat(readBuild(fd)).isEqualTo(2);
        successor[0].failsOnPoll = true;
        try (BufferSlice buffer = app.pool().acquire(16, 1)) {
            CompletionQueueEntry done =
                    app.kernel().call(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd), buffer);
            assertThat(done.status()).isEqualTo(Errno.ENODEV.status());
        }
        assertThat(echo.state()).isEqualTo(InstanceState.FAILED);
        assertThat(app.kernel().open(app.pool(), "time:4", OpenFlags.RDONLY)).isNotNegative();
    }

    @Test
    void requestsWaitWhileSuspendedAndAreServedAfterResume() throws InterruptedException {
        PluginInstance echo = launch(1);
        long fd = app.kernel().open(app.pool(), "echo:", OpenFlags.RDONLY);
        echo.suspend(DRAIN);
        Thread resumer = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            echo.resume((context, _, _) -> new EchoPlugin(context, 9));
        });
        assertThat(readBuild(fd)).isEqualTo(9);
        resumer.join();
    }

    @Test
    void readsFromSeveralThreadsSurviveManySwaps() throws InterruptedException {
        PluginInstance echo = launch(1);
        AtomicInteger served = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(Thread.ofPlatform().start(() -> {
                try (Application reader = kernel.openApplication("reader");
                        BufferSlice buffer = reader.pool().acquire(512, 512)) {
                    long fd = reader.kernel().open(reader.pool(), "echo:", OpenFlags.RDONLY);
                    while (!stop.get()) {
                        CompletionQueueEntry done = reader.kernel()
                                .call(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd), buffer);
                        if (done.status() != 512) {
                            wrong.incrementAndGet();
                        }
                        served.incrementAndGet();
                    }
                }
            }));
        }
        for (int build = 2; build < 102; build++) {
            int number = build;
            int before = served.get();
            echo.swap((context, _, _) -> new EchoPlugin(context, number), DRAIN);
            while (served.get() < before + 20) {
                Thread.onSpinWait();
            }
        }
        stop.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(served.get()).isGreaterThanOrEqualTo(2_000);
    }

    private int readBuild(long fd) {
        try (BufferSlice buffer = app.pool().acquire(16, 1)) {
            assertThat(app.kernel().pread(fd, buffer, 0)).isEqualTo(16);
            return buffer.segment().get(ValueLayout.JAVA_BYTE, 0);
        }
    }

    private CompletionQueueEntry reapOne() {
        List<CompletionQueueEntry> done = new ArrayList<>();
        app.kernel().reap(done::add, 1);
        return done.getFirst();
    }
}
