package ferrite.filed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ferrite.filed.host.UringIo;
import ferrite.runtime.InstanceState;
import ferrite.runtime.PluginException;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.TestSettings;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server as a whole: which way of moving bytes it takes, its locks, its exports, and its swaps.
class FileServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path root;

    private Map<String, Object> automatic() {
        return Map.of("root", root.toString());
    }

    @Test
    void aHostWithoutUringIsToldOnceAndServedByChannels() {
        AtomicLong asked = new AtomicLong();
        FiledRig started = FiledRig.start(root, automatic(), () -> {
            asked.incrementAndGet();
            throw new SchemeException(Errno.EPERM, "io_uring_setup");
        });
        try (FiledRig rig = started) {
            rig.file("some", new byte[] {1, 2, 3});
            assertThat(rig.text("some")).hasSize(3);
            rig.filed.swap(rig.factory(), LIMIT);
            assertThat(rig.text("some")).hasSize(3);
            assertThat(asked).hasValue(2);
            assertThat(rig.notices())
                    .containsExactly("file: the host has no io_uring for us (io_uring_setup: EPERM (operation not"
                            + " permitted)); files go through FileChannel on virtual threads");
        }
    }

    @Test
    void whatSeccompForbidsIsNotUsed() throws InterruptedException {
        assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread forbidden = Thread.ofPlatform().start(() -> {
            try {
                assertThat(SeccompFilter.forbidUringToThisThread()).isZero();
                assertThatThrownBy(UringIo::open)
                        .isInstanceOf(SchemeException.class)
                        .hasMessage("io_uring_setup: EPERM (operation not permitted)");
                outcome.set("refused");
            } catch (RuntimeException | AssertionError failed) {
                outcome.set(failed);
            }
        });
        forbidden.join();
        assertThat(outcome).hasValue("refused");
    }

    @Test
    void uringThatMustBeThereAndIsNotFailsTheStart() {
        Map<String, Object> settings = Map.of("root", root.toString(), "io", "uring");
        assertThatThrownBy(() -> FiledRig.start(root, settings, () -> {
                    throw new SchemeException(Errno.EPERM, "io_uring_setup");
                }))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("io_uring_setup: EPERM");
    }

    @Test
    void poolMemoryGoesByRegisteredBuffers() {
        AtomicReference<UringIo> used = new AtomicReference<>();
        FiledRig started = FiledRig.start(root, automatic(), () -> {
            UringIo io = UringIo.open();
            used.set(io);
            return io;
        });
        try (FiledRig rig = started) {
            rig.file("some", new byte[1 << 20]);
            long fd = rig.open("some", OpenFlags.RDWR);
            try (BufferSlice buffer = rig.buffer(65_536)) {
                for (int i = 0; i < 16; i++) {
                    rig.ring().pwrite(fd, buffer, i * 65_536L);
                    rig.ring().pread(fd, buffer, i * 65_536L);
                }
            }
            assertThat(used.get().transfers()).isEqualTo(32);
            assertThat(used.get().registeredTransfers()).isEqualTo(32);
        }
    }

    @Test
    void whatAnEndedThreadBeganIsDoneAllTheSame() throws InterruptedException {
        byte[] content = new byte[64 * 4096];
        new Random(1).nextBytes(content);
        List<Long> statuses = new ArrayList<>();
        try (FiledRig rig = FiledRig.start(root, "uring")) {
            rig.file("some", content);
            long fd = rig.open("some", OpenFlags.RDWR);
            for (int round = 0; round < 100; round++) {
                List<BufferSlice> buffers = new ArrayList<>();
                Thread shortLived = Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 16; i++) {
                        BufferSlice buffer = rig.buffer(4096);
                        buffers.add(buffer);
                        rig.ring()
                                .submit(
                                        SubmissionQueueEntry.of(Opcode.PWRITE)
                                                .withFd(fd)
                                                .withOffset(i * 4096L),
                                        buffer);
                        rig.ring().submit(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd));
                    }
                    rig.ring().enter(0);
                });
                shortLived.join();
                int before = statuses.size();
                while (statuses.size() < before + 32) {
                    rig.ring().enter(1);
                    rig.ring().reap((CompletionQueueEntry each) -> statuses.add(each.status()), 64);
                }
                buffers.forEach(BufferSlice::close);
            }
        }
        assertThat(statuses).hasSize(3200).containsOnly(0L, 4096L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aLockedFileIsRefusedToTheNextUntilItIsClosed(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("image", new byte[4096]);
            long locked = rig.open("image", OpenFlags.RDWR | OpenFlags.EXLOCK);
            assertThat(rig.refusal("image", OpenFlags.RDWR | OpenFlags.EXLOCK)).isEqualTo(Errno.EADDRINUSE);
            assertThat(rig.refusal("image", OpenFlags.RDONLY | OpenFlags.SHLOCK))
                    .isEqualTo(Errno.EADDRINUSE);
            assertThat(rig.text("image")).hasSize(4096);
            rig.ring().closeFile(locked);
            long shared = rig.open("image", OpenFlags.RDONLY | OpenFlags.SHLOCK);
            rig.ring().closeFile(rig.open("image", OpenFlags.RDONLY | OpenFlags.SHLOCK));
            assertThat(rig.refusal("image", OpenFlags.RDWR | OpenFlags.EXLOCK)).isEqualTo(Errno.EADDRINUSE);
            rig.ring().closeFile(shared);
            rig.ring().closeFile(rig.open("image", OpenFlags.RDWR | OpenFlags.EXLOCK));
        }
    }

    @Test
    void anExportIsLockedForWhoWritesAndKeepsItsLockInASwap() throws IOException {
        Path image = Files.write(root.resolve("disk.img"), new byte[4096]);
        Map<String, Object> settings = Map.of("export", TestSettings.of(Map.of("disk", image.toString())));
        try (FiledRig one = FiledRig.start(root, settings);
                FiledRig other = FiledRig.start(root, settings)) {
            long fd = one.open("disk", OpenFlags.RDWR);
            assertThat(one.refusal("disk", OpenFlags.RDWR)).isEqualTo(Errno.EADDRINUSE);
            assertThat(other.refusal("disk", OpenFlags.RDWR)).isEqualTo(Errno.EADDRINUSE);
            one.filed.swap(one.factory(), LIMIT);
            assertThat(other.refusal("disk", OpenFlags.RDWR)).isEqualTo(Errno.EADDRINUSE);
            assertThat(other.text("disk")).hasSize(4096);
            assertThat(one.write(fd, 0, new byte[] {1})).isEqualTo(1);
            one.ring().closeFile(fd);
            other.ring().closeFile(other.open("disk", OpenFlags.RDWR));
        }
    }

    @Test
    void exportsAreListedBesideTheNamesOfTheRootAndAreAllThereIsWithoutOne() throws IOException {
        Path image = Files.write(root.resolve("disk.img"), new byte[10]);
        TestSettings exports = TestSettings.of(Map.of("a-disk", image.toString()));
        try (FiledRig rig = FiledRig.start(root, Map.of("export", exports))) {
            assertThat(rig.text("")).isEqualTo("a-disk\n");
            assertThat(rig.text("/a-disk")).hasSize(10);
            assertThat(rig.refusal("disk.img", OpenFlags.RDONLY)).isEqualTo(Errno.ENOENT);
            assertThat(rig.refusal("new", OpenFlags.RDWR | OpenFlags.CREAT)).isEqualTo(Errno.ENOENT);
            assertThat(rig.refusal("a-disk/x", OpenFlags.RDONLY)).isEqualTo(Errno.ENOENT);
            assertThat(rig.onPath(Opcode.UNLINK, 0, "file:a-disk")).isEqualTo(Errno.EACCES.status());
        }
        try (FiledRig rig = FiledRig.start(root, Map.of("export", exports, "root", root.toString()))) {
            assertThat(rig.text("")).isEqualTo("a-disk\ndisk.img\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void filesStayOpenWhileTheServerIsSwappedUnderLoad(String io) {
        byte[] content = new byte[1 << 20];
        new Random(2).nextBytes(content);
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", content);
            long fd = rig.open("some", OpenFlags.RDWR);
            AtomicLong answers = new AtomicLong();
            List<String> problems = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                List<BufferSlice> buffers = new ArrayList<>();
                for (int i = 0; i < 32; i++) {
                    BufferSlice buffer = rig.buffer(32_768);
                    buffers.add(buffer);
                    rig.ring()
                            .submit(
                                    SubmissionQueueEntry.of(Opcode.PREAD)
                                            .withFd(fd)
                                            .withOffset(i * 32_768L)
                                            .withUserData(i),
                                    buffer);
                }
                rig.ring()
                        .submit(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd).withUserData(32));
                rig.ring().enter(0);
                rig.filed.swap(rig.factory(), LIMIT);
                long before = answers.get();
                while (answers.get() < before + 33) {
                    rig.ring().enter(1);
                    rig.ring()
                            .reap(
                                    (CompletionQueueEntry each) -> {
                                        answers.incrementAndGet();
                                        if (each.status() != (each.userData() == 32 ? 0 : 32_768)) {
                                            problems.add(each.toString());
                                        }
                                    },
                                    64);
                }
                for (int i = 0; i < 32; i++) {
                    BufferSlice buffer = buffers.get(i);
                    byte[] read = buffer.segment().toArray(ValueLayout.JAVA_BYTE);
                    if (!Arrays.equals(read, Arrays.copyOfRange(content, i * 32_768, (i + 1) * 32_768))) {
                        problems.add("round " + round + " read " + i);
                    }
                    buffer.close();
                }
            }
            assertThat(problems).isEmpty();
            assertThat(rig.filed.state()).isEqualTo(InstanceState.RUNNING);
        }
    }

    @Test
    void aSwapThatFailsLeavesTheFilesWithTheIncumbent() {
        try (FiledRig rig = FiledRig.start(root, "uring")) {
            rig.file("some", new byte[] {1, 2, 3});
            long fd = rig.open("some", OpenFlags.RDWR | OpenFlags.EXLOCK);
            assertThatThrownBy(() -> rig.filed.swap(
                            (context, memory, pool) ->
                                    new FileServer(context, TestSettings.of(Map.of("root", root + "/nowhere"))),
                            LIMIT))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("ENOENT");
            assertThat(rig.read(fd, 0, 10)).containsExactly(1, 2, 3);
            assertThat(rig.refusal("some", OpenFlags.RDWR | OpenFlags.EXLOCK)).isEqualTo(Errno.EADDRINUSE);
        }
    }

    @Test
    void stoppingClosesTheDescriptorsOfTheHost() throws IOException {
        long before = descriptors();
        for (int i = 0; i < 10; i++) {
            try (FiledRig rig = FiledRig.start(root, "uring")) {
                rig.file("some", new byte[10]);
                rig.open("some", OpenFlags.RDWR);
                rig.open("", OpenFlags.RDONLY);
                rig.filed.swap(rig.factory(), LIMIT);
                rig.refusal("missing", OpenFlags.RDONLY);
            }
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(FileServerTest::target)
                    .filter(target -> target.contains("io_uring") || target.contains("junit"))
                    .count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void stoppingGivesBackTheBytesOfWhatIsInFlight() {
        try (FiledRig rig = FiledRig.start(root, "uring")) {
            rig.file("some", new byte[1 << 20]);
            long fd = rig.open("some", OpenFlags.RDWR);
            for (int i = 0; i < 32; i++) {
                BufferSlice buffer = rig.buffer(4096);
                rig.ring()
                        .submit(
                                SubmissionQueueEntry.of(Opcode.PWRITE)
                                        .withFd(fd)
                                        .withOffset(i * 4096L),
                                buffer);
                rig.ring().submit(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd));
            }
            rig.ring().enter(0);
            rig.kernel.kernel().stop(rig.filed);
            List<Long> statuses = new ArrayList<>();
            while (statuses.size() < 64) {
                rig.ring().enter(1);
                rig.ring().reap((CompletionQueueEntry each) -> statuses.add(each.status()), 64);
            }
            assertThat(statuses).isSubsetOf(0L, 4096L, Errno.ENODEV.status(), Errno.ECANCELED.status());
            assertThat(rig.kernel.application().pool().guardedSlices()).isZero();
        }
    }
}
