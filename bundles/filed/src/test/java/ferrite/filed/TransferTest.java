package ferrite.filed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes between clients and files, by both ways of moving them.
class TransferTest {
    private static final int STEPS = 400;
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int TRANSFER_BYTES_MAX = 200_000;

    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void randomReadsAndWritesAreThoseOfAPlainArray(String io) throws IOException {
        long seed = Long.getLong("SEED", System.nanoTime());
        System.out.println("SEED=" + seed);
        Random random = new Random(seed);
        byte[] model = new byte[FILE_BYTES_MAX + TRANSFER_BYTES_MAX];
        int size = 0;
        try (FiledRig rig = FiledRig.start(root, io)) {
            long fd = rig.open("random", OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL);
            for (int step = 0; step < STEPS; step++) {
                int offset = random.nextInt(FILE_BYTES_MAX);
                int length = random.nextInt(TRANSFER_BYTES_MAX);
                if (random.nextBoolean()) {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    assertThat(rig.write(fd, offset, bytes)).isEqualTo(length);
                    System.arraycopy(bytes, 0, model, offset, length);
                    size = length == 0 ? size : Math.max(size, offset + length);
                } else {
                    int end = Math.clamp((long) offset + length, Math.min(offset, size), size);
                    byte[] expected = offset >= size ? new byte[0] : Arrays.copyOfRange(model, offset, end);
                    assertThat(Arrays.mismatch(rig.read(fd, offset, length), expected))
                            .as("seed %d step %d", seed, step)
                            .isEqualTo(-1);
                }
            }
            assertThat(rig.stat(fd)).isEqualTo(new Stat(size, 1, Stat.MODE_FILE));
        }
        assertThat(Arrays.mismatch(Files.readAllBytes(root.resolve("random")), Arrays.copyOf(model, size)))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void sixtyFourInFlightAreEachAnsweredOnceWithTheirOwnBytes(String io) {
        byte[] content = new byte[64 * 4096];
        new Random(1).nextBytes(content);
        Map<Long, Long> answers = new HashMap<>();
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("many", content);
            long fd = rig.open("many", OpenFlags.RDONLY);
            List<BufferSlice> buffers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                BufferSlice buffer = rig.buffer(4096);
                buffers.add(buffer);
                SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.PREAD)
                        .withFd(fd)
                        .withOffset(i * 4096L)
                        .withUserData(i);
                assertThat(rig.ring().submit(entry, buffer)).isTrue();
            }
            rig.ring().enter(64);
            rig.ring()
                    .reap(
                            (ferrite.spi.ring.CompletionQueueEntry completion) ->
                                    answers.merge(completion.userData(), completion.status(), Long::sum),
                            128);
            for (int i = 0; i < 64; i++) {
                assertThat(answers).containsEntry((long) i, 4096L);
                assertThat(buffers.get(i).segment().toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(Arrays.copyOfRange(content, i * 4096, (i + 1) * 4096));
            }
        }
        assertThat(answers).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aTransferOfNothingMovesNothing(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", new byte[10]);
            long fd = rig.open("some", OpenFlags.RDWR);
            assertThat(rig.read(fd, 0, 0)).isEmpty();
            assertThat(rig.write(fd, 5, new byte[0])).isZero();
            assertThat(rig.stat(fd).size()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aReadFarBehindTheEndFindsNothing(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", new byte[10]);
            long fd = rig.open("some", OpenFlags.RDONLY);
            assertThat(rig.read(fd, 10, 10)).isEmpty();
            assertThat(rig.read(fd, 1L << 40, 10)).isEmpty();
            assertThat(rig.read(fd, 8, 10)).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void offsetsThatAreNegativeOrTooLargeAreRefused(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", new byte[10]);
            long fd = rig.open("some", OpenFlags.RDWR);
            assertThatThrownBy(() -> rig.read(fd, -1, 10)).satisfies(is(Errno.EINVAL));
            assertThatThrownBy(() -> rig.read(fd, Long.MIN_VALUE, 10)).satisfies(is(Errno.EINVAL));
            assertThatThrownBy(() -> rig.read(fd, Long.MAX_VALUE, 10)).satisfies(is(Errno.EINVAL));
            assertThatThrownBy(() -> rig.write(fd, -1, new byte[1])).satisfies(is(Errno.EINVAL));
            assertThatThrownBy(() -> rig.write(fd, Long.MAX_VALUE, new byte[1])).satisfies(is(Errno.EFBIG));
            assertThatThrownBy(() -> rig.write(fd, Long.MAX_VALUE - 1, new byte[1]))
                    .satisfies(is(Errno.EFBIG));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aFileIsOnlyUsedAsItWasOpened(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", new byte[10]);
            long reading = rig.open("some", OpenFlags.RDONLY);
            long writing = rig.open("some", OpenFlags.WRONLY);
            long looking = rig.open("some", OpenFlags.STAT);
            assertThatThrownBy(() -> rig.write(reading, 0, new byte[1])).satisfies(is(Errno.EBADF));
            assertThatThrownBy(() -> rig.read(writing, 0, 1)).satisfies(is(Errno.EBADF));
            assertThatThrownBy(() -> rig.read(looking, 0, 1)).satisfies(is(Errno.EBADF));
            assertThat(rig.stat(looking).size()).isEqualTo(10);
            assertThat(rig.call(Opcode.FTRUNCATE, reading, 0)).isEqualTo(Errno.EBADF.status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void appendedBytesComeAfterWhatIsThere(String io) throws IOException {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("log", "one\n".getBytes(StandardCharsets.UTF_8));
            long fd = rig.open("log", OpenFlags.RDWR | OpenFlags.APPEND);
            rig.write(fd, 0, "two\n".getBytes(StandardCharsets.UTF_8));
            rig.write(fd, 0, "three\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(root.resolve("log")).hasContent("one\ntwo\nthree\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aFileIsCutGrownAndSynced(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", new byte[] {1, 2, 3, 4});
            long fd = rig.open("some", OpenFlags.RDWR);
            assertThat(rig.call(Opcode.FTRUNCATE, fd, 2)).isZero();
            assertThat(rig.call(Opcode.FTRUNCATE, fd, 5)).isZero();
            assertThat(rig.call(Opcode.FTRUNCATE, fd, -1)).isEqualTo(Errno.EINVAL.status());
            assertThat(rig.call(Opcode.FSYNC, fd, 0)).isZero();
            assertThat(rig.read(fd, 0, 10)).containsExactly(1, 2, 0, 0, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aCancelledTransferIsAnsweredOnceAndItsBufferIsFreeAfterwards(String io) {
        Map<Long, List<Long>> answers = new HashMap<>();
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("some", new byte[1 << 20]);
            long fd = rig.open("some", OpenFlags.RDWR);
            int guardedBefore = rig.kernel.application().pool().guardedSlices();
            for (int round = 0; round < 50; round++) {
                answers.clear();
                List<BufferSlice> buffers = new ArrayList<>();
                for (long i = 0; i < 32; i++) {
                    BufferSlice buffer = rig.buffer(32_768);
                    Opcode opcode = i % 8 == 7 ? Opcode.FSYNC : i % 2 == 0 ? Opcode.PREAD : Opcode.PWRITE;
                    SubmissionQueueEntry entry = SubmissionQueueEntry.of(opcode)
                            .withFd(fd)
                            .withOffset(i * 32_768 % (1 << 20))
                            .withUserData(i);
                    buffer.segment().fill((byte) 0);
                    if (opcode == Opcode.FSYNC) {
                        assertThat(rig.ring().submit(entry.withOffset(0))).isTrue();
                    } else {
                        assertThat(rig.ring().submit(entry, buffer)).isTrue();
                    }
                    buffers.add(buffer);
                }
                rig.ring().enter(0);
                buffers.forEach(BufferSlice::close);
                for (long i = 0; i < 32; i += 3) {
                    rig.ring()
                            .submit(SubmissionQueueEntry.of(Opcode.CANCEL)
                                    .withAdditional(i, 0)
                                    .withUserData(1000 + i));
                }
                while (answers.size() < 32 + 11) {
                    rig.ring().enter(1);
                    rig.ring()
                            .reap(
                                    (ferrite.spi.ring.CompletionQueueEntry completion) -> answers.computeIfAbsent(
                                                    completion.userData(), _ -> new ArrayList<>())
                                            .add(completion.status()),
                                    64);
                }
                assertThat(answers.values()).allMatch(each -> each.size() == 1);
                for (long i = 0; i < 32; i++) {
                    long status = answers.getOrDefault(i, List.of()).getFirst();
                    assertThat(status == 32_768 || status == 0 || status == Errno.ECANCELED.status())
                            .as("status %d of %d", status, i)
                            .isTrue();
                }
            }
            assertThat(rig.kernel.application().pool().guardedSlices()).isEqualTo(guardedBefore);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aDirectoryListsItsNamesInOrderOneALine(String io) throws IOException {
        Files.createDirectory(root.resolve("folder"));
        Files.createFile(root.resolve("folder/b"));
        Files.createFile(root.resolve("folder/a"));
        Files.createDirectory(root.resolve("folder/c"));
        try (FiledRig rig = FiledRig.start(root, io)) {
            assertThat(rig.text("folder")).isEqualTo("a\nb\nc\n");
            long fd = rig.open("folder", OpenFlags.RDONLY | OpenFlags.DIRECTORY);
            assertThat(rig.read(fd, 0, 3)).containsExactly('a', '\n', 'b');
            assertThat(rig.read(fd, 3, 3)).containsExactly('\n', 'c', '\n');
            assertThat(rig.read(fd, 6, 3)).isEmpty();
            assertThat(rig.stat(fd)).isEqualTo(new Stat(0, 1, Stat.MODE_DIRECTORY));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void aFileTellsItsPath(String io) throws IOException {
        Files.createDirectory(root.resolve("folder"));
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.file("folder/a", new byte[1]);
            long fd = rig.open("/folder/a", OpenFlags.RDONLY);
            try (BufferSlice buffer = rig.buffer(100)) {
                long count = rig.ring()
                        .call(SubmissionQueueEntry.of(Opcode.FPATH).withFd(fd), buffer)
                        .status();
                assertThat(new String(
                                buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE),
                                StandardCharsets.UTF_8))
                        .isEqualTo("folder/a");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "channel"})
    void filesAndDirectoriesAreMadeRenamedAndRemoved(String io) {
        try (FiledRig rig = FiledRig.start(root, io)) {
            rig.ring().closeFile(rig.open("d", OpenFlags.RDONLY | OpenFlags.CREAT | OpenFlags.DIRECTORY));
            long fd = rig.open("d/a", OpenFlags.RDWR | OpenFlags.CREAT);
            assertThat(rig.onPath(Opcode.RMDIR, 0, "file:d")).isEqualTo(Errno.ENOTEMPTY.status());
            assertThat(rig.onPath(Opcode.UNLINK, 0, "file:d")).isEqualTo(Errno.EISDIR.status());
            assertThat(rig.onPath(Opcode.FRENAME, fd, "file:b")).isZero();
            assertThat(root.resolve("b")).exists();
            assertThat(rig.onPath(Opcode.UNLINK, 0, "file:b")).isZero();
            assertThat(rig.onPath(Opcode.RMDIR, 0, "file:d")).isZero();
        }
        assertThat(root).isEmptyDirectory();
    }

    private static java.util.function.Consumer<Throwable> is(Errno errno) {
        return thrown -> assertThat(((SchemeException) thrown).errno()).isEqualTo(errno);
    }
}
