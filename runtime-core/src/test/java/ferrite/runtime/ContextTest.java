package ferrite.runtime;

import static ferrite.runtime.Caller.assertErrno;
import static ferrite.runtime.Caller.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.SchemeName;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Contexts among each other: parents, limits, messages, descriptors that are passed on, and how they are shown.
@Timeout(60)
class ContextTest {
    private Kernel kernel;
    private Application application;
    private Caller app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        application = kernel.openApplication("test");
        app = new Caller(application);
    }

    @AfterEach
    void close() {
        application.close();
        kernel.close();
    }

    @Test
    void aParentGetsTheExitStatusOfItsChildOnce() {
        PluginInstance child = child("child", app.id());
        int number = idOf("child");
        kernel.stop(child);
        assertThat(waitFor(number, 0)).isZero();
        assertThat(waitFor(number, 0)).isEqualTo(Errno.ECHILD.status());
    }

    @Test
    void aParentWaitsForTheEnd() {
        PluginInstance child = child("child", app.id());
        int number = idOf("child");
        assertThat(waitFor(number, 1)).isEqualTo(Errno.EAGAIN.status());
        app.kernel().submit(entry(Opcode.WAITPID).withFd(number).withUserData(3));
        assertThat(app.kernel().enter(0)).isZero();
        kernel.stop(child);
        CompletionQueueEntry ended = app.await(1).getFirst();
        assertThat(ended.userData()).isEqualTo(3);
        assertThat(ended.status()).isZero();
    }

    @Test
    void aChildThatFailsEndsWithOne() {
        boolean[] fails = new boolean[1];
        PluginInstance child = kernel.launch(
                new LaunchSpec("child", "child", Layer.BRIDGE, Optional.empty(), app.id(), null),
                (context, _, _) -> new ScriptPlugin(() -> {}, () -> {
                    if (fails[0]) {
                        throw new IllegalStateException("fails on purpose");
                    }
                    return 0;
                }));
        int number = idOf("child");
        fails[0] = true;
        app.kernel().submit(entry(Opcode.WAITPID).withFd(number));
        app.kernel().enter(0);
        child.context().wake();
        assertThat(app.await(1).getFirst().status()).isEqualTo(1);
    }

    @Test
    void aWaitCanBeCancelled() {
        child("child", app.id());
        app.kernel().submit(entry(Opcode.WAITPID).withFd(idOf("child")).withUserData(3));
        app.kernel().enter(0);
        assertThat(app.status(entry(Opcode.CANCEL).withAdditional(3, 0))).isZero();
        assertThat(app.await(1).getFirst().status()).isEqualTo(Errno.ECANCELED.status());
    }

    @Test
    void nobodyWaitsForAStrangerOrForNothing() {
        child("orphan", 0);
        assertThat(waitFor(idOf("orphan"), 0)).isEqualTo(Errno.ECHILD.status());
        assertThat(waitFor(app.id(), 0)).isEqualTo(Errno.ECHILD.status());
        assertThat(waitFor(4_711, 0)).isEqualTo(Errno.ECHILD.status());
        assertThat(waitFor(-1, 0)).isEqualTo(Errno.ECHILD.status());
        assertThat(waitFor(1L << 32 | 1, 0)).isEqualTo(Errno.ECHILD.status());
        assertThat(waitFor(app.id(), 2)).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void onlyTheLastThousandEndedChildrenAreRemembered() {
        int parent = app.id();
        int first = 0;
        int last = 0;
        for (int i = 0; i <= 1_024; i++) {
            PluginInstance child = child("child", parent);
            last = child.context().id();
            first = first == 0 ? last : first;
            kernel.stop(child);
        }
        assertThat(waitFor(first, 0)).isEqualTo(Errno.ECHILD.status());
        assertThat(waitFor(last, 0)).isZero();
    }

    @Test
    void whoWishedForAChildIsItsParent() throws InterruptedException {
        CountDownLatch launched = new CountDownLatch(1);
        kernel.onSpawn(wish -> {
            kernel.launch(
                    new LaunchSpec(wish.plugin(), wish.instance(), Layer.BRIDGE, Optional.empty()),
                    (_, _, _) -> new ScriptPlugin(() -> {}, () -> 0));
            launched.countDown();
        });
        app.write(app.open("spawn:x"), "instance=x@1");
        assertThat(launched.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(app.text("proc:" + idOf("x@1") + "/parent")).isEqualTo(app.id() + "\n");
    }

    @Test
    void descriptorsRingsAndMemoryEndAtTheirLimits() {
        FolderPlugin.launch(kernel, "folder", Layer.BUS_DRIVER);
        ContextLimits limits = new ContextLimits(3, 2, 64 << 10);
        kernel.launch(
                new LaunchSpec("client", "client", Layer.CLASS_DRIVER, Optional.empty(), 0, limits),
                (context, _, _) -> new ScriptPlugin(
                        () -> {
                            Caller caller = new Caller(context);
                            context.openRing(RingParameters.DEFAULT);
                            ConsumerInstance second = context.connect(new SchemeName("folder"), RingParameters.DEFAULT);
                            assertErrno(Errno.ENFILE, () -> context.openRing(RingParameters.DEFAULT));
                            assertErrno(
                                    Errno.ENFILE,
                                    () -> context.connect(new SchemeName("folder"), RingParameters.DEFAULT));
                            second.close();
                            context.openRing(RingParameters.DEFAULT).close();
                            for (int i = 0; i < 3; i++) {
                                caller.open("null:");
                            }
                            assertErrno(Errno.EMFILE, () -> caller.open("null:"));
                            assertErrno(Errno.ENOMEM, () -> context.pool().acquire(65 << 10, 1));
                        },
                        () -> 0));
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new ContextLimits(0, 1, 4_096)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContextLimits(1, -1, 4_096)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContextLimits(1, 1, 4_097)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMessageArrivesInAnotherRingOfTheContext() {
        ScriptPlugin.in(kernel, "client", Layer.BRIDGE, context -> {
            Caller caller = new Caller(context);
            ConsumerInstance other = context.openRing(RingParameters.DEFAULT);
            assertThat(caller.status(message(other.id(), 42, 7))).isZero();
            List<CompletionQueueEntry> done = new ArrayList<>();
            other.reap(done::add, 10);
            assertThat(done).containsExactly(new CompletionQueueEntry(42, 7, CqeFlags.MESSAGE, 0));
        });
    }

    @Test
    void messagesToNowhereOrTooManyAreRefused() {
        assertThat(app.status(message(99, 0, 0))).isEqualTo(Errno.EBADF.status());
        assertThat(app.status(message(1L << 32, 0, 0))).isEqualTo(Errno.EBADF.status());
        long status = 0;
        for (int i = 0; status == 0 && i < 100_000; i++) {
            status = app.status(message(app.kernel().id(), i, i));
        }
        assertThat(status).isEqualTo(Errno.EOVERFLOW.status());
    }

    @Test
    void aDescriptorIsPassedToTheServerOfARing() {
        FolderPlugin low = FolderPlugin.launch(kernel, "low", Layer.BRIDGE);
        low.put("a", "passed on");
        FolderPlugin.launch(kernel, "server", Layer.BUS_DRIVER);
        ScriptPlugin.in(kernel, "client", Layer.CLASS_DRIVER, context -> {
            Caller caller = new Caller(context);
            ConsumerInstance ring = context.connect(new SchemeName("server"), RingParameters.DEFAULT);
            long file = caller.open("low:a");
            long there = caller.status(entry(Opcode.SEND_FD).withFd(file).withAdditional(ring.id(), 0));
            assertThat(there).isNotNegative();
            caller.kernel().closeFile(file);
            assertThat(low.openFiles()).isEqualTo(1);
        });
        assertThat(app.text("proc:" + idOf("server") + "/files")).contains("low:a");
        kernel.stop(kernel.instance("server").orElseThrow());
        assertThat(app.text("sys:iostat")).doesNotContain("low:a");
    }

    @Test
    void aDescriptorIsNotPassedUpwardToNobodyOrWhenBad() {
        FolderPlugin.launch(kernel, "server", Layer.BRIDGE);
        FolderPlugin.launch(kernel, "high", Layer.CONTROLLER_DRIVER);
        ScriptPlugin.in(kernel, "client", Layer.CLASS_DRIVER, context -> {
            Caller caller = new Caller(context);
            ConsumerInstance ring = context.connect(new SchemeName("server"), RingParameters.DEFAULT);
            long file = caller.open("high:");
            assertThat(caller.status(entry(Opcode.SEND_FD).withFd(file).withAdditional(ring.id(), 0)))
                    .isEqualTo(Errno.EDEADLK.status());
            assertThat(caller.status(entry(Opcode.SEND_FD).withFd(file).withAdditional(0, 0)))
                    .isEqualTo(Errno.EINVAL.status());
            assertThat(caller.status(entry(Opcode.SEND_FD).withFd(file).withAdditional(99, 0)))
                    .isEqualTo(Errno.EBADF.status());
            assertThat(caller.status(entry(Opcode.SEND_FD).withFd(99).withAdditional(ring.id(), 0)))
                    .isEqualTo(Errno.EBADF.status());
        });
    }

    @Test
    void procShowsWhatAContextIsAndHas() {
        long pipe = app.open("pipe:");
        String self = "proc:" + app.id() + "/";
        assertThat(app.text(self).lines())
                .containsExactly("files", "guards", "name", "parent", "pool", "requests", "rings", "served", "status");
        assertThat(app.text(self + "name")).isEqualTo("test\n");
        assertThat(app.text(self + "files").lines()).anyMatch(line -> line.startsWith(pipe + " pipe: "));
        assertThat(app.text(self + "rings")).contains("UserToKernel").contains("open");
        assertThat(app.text(self + "status")).contains("namespace 1\n").contains("descriptors_max 65536\n");
        assertThat(app.text(self + "pool")).contains("limit_bytes " + (1L << 30));
        assertErrno(Errno.ENOENT, () -> app.open(self + "nothing"));
        assertErrno(Errno.ENOENT, () -> app.open("proc:4711/name"));
        assertErrno(Errno.ENOENT, () -> app.open("proc:99999999999/name"));
        assertErrno(Errno.ENOENT, () -> app.open("proc:x"));
    }

    @Test
    void procTellsHowLongARequestHasWaited() {
        long pipe = app.open("pipe:");
        app.dup(pipe, "write");
        try (BufferSlice buffer = app.pool().acquire(8, 1)) {
            long before = System.nanoTime();
            app.kernel().submit(entry(Opcode.READ).withFd(pipe), buffer);
            app.kernel().enter(0);
            long begun = System.nanoTime();
            app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(5_000_000));
            app.kernel().enter(1);
            long least = (System.nanoTime() - begun) / 1_000;
            String requests = app.text("proc:self/requests");
            long most = (System.nanoTime() - before) / 1_000;
            Matcher age = Pattern.compile(" READ +fd " + pipe + " +(\\d+) µs").matcher(requests);
            assertThat(age.find()).as(requests).isTrue();
            assertThat(Long.parseLong(age.group(1))).isBetween(least, most);
            assertThat(app.text("sys:block")).contains(app.id() + " test#");
        }
    }

    @Test
    void procAndSysTellWhoKeepsBytesThatTheContextHasClosed() {
        assertThat(app.text("proc:self/guards")).contains("µs       ").doesNotContain("a device that hangs");
        BufferSlice slice = app.pool().acquire(4_096, 64);
        long address = slice.address();
        Guard guard = slice.guard("a device that hangs");
        slice.close();
        String held = "4096 bytes at 0x" + Long.toHexString(address) + ": a device that hangs";
        assertThat(app.text("proc:self/guards").lines()).anyMatch(line -> line.endsWith(held));
        assertThat(app.text("proc:self/pool")).contains("guarded_bytes 4096\n").contains("cached_bytes 0\n");
        assertThat(app.text("sys:pool"))
                .contains("  4096 bytes closed and kept, 0 bytes in caches\n")
                .contains(held);
        guard.release();
        assertThat(app.text("proc:self/pool")).contains("guarded_bytes 0\n");
    }

    @Test
    void theOldestTwentyHoldersAreListed() {
        List<Guard> guards = new ArrayList<>();
        try (BufferSlice slice = app.pool().acquire(64, 64)) {
            for (int i = 0; i < 30; i++) {
                guards.add(slice.guard("holder " + i));
            }
            List<String> lines = app.text("proc:self/guards").lines().toList();
            assertThat(lines).hasSize(21);
            assertThat(lines.getFirst()).endsWith(": holder 0");
            // the read of the text holds its own buffer
            assertThat(lines.getLast()).isEqualTo("… and 11 more");
            guards.forEach(Guard::release);
        }
    }

    @Test
    void whatIsBeingBegunIsNotShownWithTheAgeOfAnother() {
        app.open("null:");
        app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(5_000_000));
        app.kernel().enter(1);
        String requests = app.text("proc:self/requests");
        assertThat(requests).as("the open of this file").contains("OPEN").contains("≥        0 µs");
    }

    @Test
    void ringsBetweenContextsAndFromTheKernelShowTheAgeOfTheirRequests() {
        ScriptPlugin.in(kernel, "silent", Layer.BRIDGE, context -> context.serve(new SchemeName("silent")));
        ConsumerInstance straight = application.connect(new SchemeName("silent"), RingParameters.DEFAULT);
        straight.submit(entry(Opcode.FSYNC).withFd(77));
        straight.enter(0);
        app.kernel().submit(entry(Opcode.UNLINK).withUserData(1), path("silent:x"));
        app.kernel().enter(0);
        app.text("sys:request"); // a look
        app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(20_000_000).withUserData(2));
        app.kernel().enter(1);
        app.reap();
        String requests = app.text("sys:request");
        assertThat(requests).containsPattern("→ silent: +0 FSYNC +fd 77 +≥ +[2-9]\\d{4} µs queued");
        assertThat(requests).containsPattern("kernel → silent: +0 UNLINK .+≥ +[2-9]\\d{4} µs queued");
        assertThat(app.text("proc:self/requests"))
                .contains("FSYNC")
                .contains("UNLINK")
                .doesNotContain("kernel → silent:");
        assertThat(app.text("proc:" + idOf("silent") + "/served"))
                .contains("FSYNC")
                .contains("kernel → silent:");
        assertThat(kernel.snapshot().rings())
                .anyMatch(line -> line.startsWith("UserToUser") && line.contains("oldest ≥ "))
                .anyMatch(line -> line.startsWith("KernelToUser") && line.contains("oldest ≥ "));
    }

    @Test
    void theKernelLooksAtRequestsByItself() {
        ScriptPlugin.in(kernel, "silent", Layer.BRIDGE, context -> context.serve(new SchemeName("silent")));
        ConsumerInstance straight = application.connect(new SchemeName("silent"), RingParameters.DEFAULT);
        straight.submit(entry(Opcode.FSYNC).withFd(77));
        straight.enter(0);
        app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(2_500_000_000L));
        app.kernel().enter(1);
        assertThat(app.text("proc:self/requests")).containsPattern("FSYNC +fd 77 +≥ +[1-9]\\d{5,} µs");
    }

    @Test
    void aPluginLooksAtItselfAndItsDescendantsOnly() {
        int stranger = app.id();
        kernel.launch(
                new LaunchSpec("parent", "parent", Layer.BUS_DRIVER, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(
                        () -> {
                            Caller caller = new Caller(context);
                            int child = child("child", context.id()).context().id();
                            assertThat(caller.text("proc:" + child + "/name")).isEqualTo("child\n");
                            assertThat(caller.text("proc:").lines()).containsExactly("" + context.id(), "" + child);
                            assertErrno(Errno.EACCES, () -> caller.open("proc:" + stranger + "/name"));
                        },
                        () -> 0));
    }

    private BufferSlice path(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        BufferSlice slice = app.pool().acquire(bytes.length, 1);
        slice.segment().copyFrom(MemorySegment.ofArray(bytes));
        return slice;
    }

    private PluginInstance child(String name, int parent) {
        return kernel.launch(
                new LaunchSpec(name, name, Layer.BRIDGE, Optional.empty(), parent, null),
                (_, _, _) -> new ScriptPlugin(() -> {}, () -> 0));
    }

    private int idOf(String name) {
        return kernel.instance(name).orElseThrow().context().id();
    }

    private long waitFor(long context, int flags) {
        return app.status(entry(Opcode.WAITPID).withFd(context).withSyscallFlags(flags));
    }

    private static SubmissionQueueEntry message(long ring, long userData, long status) {
        return entry(Opcode.MSG_RING).withFd(ring).withAddress(0, status).withAdditional(userData, 0);
    }
}
