package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// What every scheme must do, whatever it serves: say no in the right words, stay alive, and leave nothing behind.
/// `-DSEED=` replays the random test.
public interface SchemeConformance {
    /// The scheme, running, for one test.
    SchemeSubject openScheme();

    @Test
    default void fileOpensAndCloses() {
        try (SchemeSubject subject = openScheme()) {
            requireFiles(subject);
            long fd = open(subject, subject.file(), subject.flags());
            assertThat(fd).isNotNegative();
            assertThat(call(subject, entry(Opcode.CLOSE, fd))).isZero();
        }
    }

    @Test
    default void closedDescriptorIsBad() {
        try (SchemeSubject subject = openScheme()) {
            requireFiles(subject);
            long fd = open(subject, subject.file(), subject.flags());
            call(subject, entry(Opcode.CLOSE, fd));
            assertThat(call(subject, entry(Opcode.CLOSE, fd))).isEqualTo(Errno.EBADF.status());
            assertThat(call(subject, entry(Opcode.FSYNC, fd))).isEqualTo(Errno.EBADF.status());
        }
    }

    @Test
    default void missingFileIsNoEntry() {
        try (SchemeSubject subject = openScheme()) {
            String missing = subject.missing();
            if (missing == null) {
                abort("every path opens here");
                return;
            }
            assertThatThrownBy(() -> open(subject, missing, OpenFlags.RDONLY))
                    .isInstanceOfSatisfying(
                            SchemeException.class,
                            e -> assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EINVAL, Errno.ENXIO, Errno.ENODEV));
        }
    }

    @Test
    default void directorySaysThatItIsOne() {
        try (SchemeSubject subject = openScheme()) {
            String directory = subject.directory();
            if (directory == null) {
                abort("no directories here");
                return;
            }
            long fd = open(subject, directory, OpenFlags.RDONLY);
            try (BufferSlice buffer = subject.application().pool().acquire(Stat.BYTES, 8)) {
                assertThat(call(subject, entry(Opcode.FSTAT, fd), buffer)).isEqualTo(Stat.BYTES);
                assertThat(Stat.decode(buffer.segment(), 0).isDirectory()).isTrue();
            }
        }
    }

    @Test
    default void statIsWholeOrRefused() {
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            try (BufferSlice buffer = subject.application().pool().acquire(Stat.BYTES, 8)) {
                long status = call(subject, entry(Opcode.FSTAT, fd), buffer);
                assertThat(status == Stat.BYTES || Errno.isError(status))
                        .as("fstat answers %d", status)
                        .isTrue();
            }
            try (BufferSlice buffer = subject.application().pool().acquire(Stat.BYTES - 1, 8)) {
                assertThat(call(subject, entry(Opcode.FSTAT, fd), buffer))
                        .as("a Stat into %d bytes", buffer.length())
                        .isLessThanOrEqualTo(buffer.length());
            }
        }
    }

    @Test
    default void operationOnBytesWithoutABufferIsABadAddress() {
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            for (Opcode opcode : List.of(Opcode.PREAD, Opcode.PWRITE, Opcode.FSTAT, Opcode.FPATH)) {
                assertThat(Errno.isError(call(subject, entry(opcode, fd))))
                        .as("%s", opcode)
                        .isTrue();
            }
        }
    }

    @Test
    default void answerIsNeverLongerThanTheBuffer() {
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            try (BufferSlice buffer = subject.application().pool().acquire(7, 1)) {
                for (Opcode opcode : List.of(Opcode.PREAD, Opcode.FPATH)) {
                    assertThat(endOf(subject, entry(opcode, fd), buffer))
                            .as("%s into 7 bytes", opcode)
                            .isLessThanOrEqualTo(7);
                }
            }
        }
    }

    @Test
    default void readFarBehindTheEndMovesNothingOrFails() {
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            try (BufferSlice buffer = subject.application().pool().acquire(64, 64)) {
                for (long offset : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 63, Long.MIN_VALUE, -1}) {
                    assertThat(endOf(subject, entry(Opcode.PREAD, fd).withOffset(offset), buffer))
                            .as("offset %d", offset)
                            .isLessThanOrEqualTo(64);
                }
            }
            assertAlive(subject);
        }
    }

    @Test
    default void unknownOpcodesAreRefused() {
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            for (int opcode = Opcode.values().length; opcode < Opcode.PRIVATE_MIN; opcode++) {
                assertThat(call(subject, SubmissionQueueEntry.of(opcode).withFd(fd)))
                        .isEqualTo(Errno.ENOSYS.status());
            }
            assertAlive(subject);
        }
    }

    @Test
    default void pathsOfNonsenseAreRefusedOrOpenAndHarmNothing() {
        try (SchemeSubject subject = openScheme()) {
            String prefix = subject.prefix();
            List<byte[]> paths = List.of(
                    (prefix + "../../../etc/passwd").getBytes(StandardCharsets.UTF_8),
                    (prefix + "//" + subject.file()).getBytes(StandardCharsets.UTF_8),
                    (prefix + "a\0b").getBytes(StandardCharsets.UTF_8),
                    (prefix + "\uFFFF\n\t").getBytes(StandardCharsets.UTF_8),
                    (prefix + "x".repeat(Operation.PATH_BYTES_MAX)).getBytes(StandardCharsets.UTF_8),
                    withBrokenUtf8(prefix));
            for (byte[] path : paths) {
                openBytes(subject, path);
            }
            assertAlive(subject);
        }
    }

    @Test
    default void pathThatIsTooLongSaysSo() {
        try (SchemeSubject subject = openScheme()) {
            byte[] path =
                    (subject.prefix() + "x".repeat(2 * Operation.PATH_BYTES_MAX)).getBytes(StandardCharsets.UTF_8);
            Errno refusal = subject.bus() == null ? Errno.ENAMETOOLONG : Errno.ENOSYS;
            assertThat(openBytes(subject, path)).isEqualTo(refusal.status());
        }
    }

    @Test
    default void everythingThatStaysCanBeCancelled() {
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            ConsumerInstance ring = subject.ring();
            long before = subject.application().pool().bytesInUse();
            for (int i = 0; i < 8; i++) {
                BufferSlice buffer = subject.application().pool().acquire(64, 64);
                ring.submit(entry(Opcode.PREAD, fd).withUserData(i), buffer);
                ring.enter(0);
                buffer.close();
            }
            ring.call(SubmissionQueueEntry.of(Opcode.CANCEL).withSyscallFlags(CancelFlags.ANY));
            assertThat(reap(subject, 8)).hasSize(8);
            assertThat(subject.application().pool().bytesInUse()).isEqualTo(before);
        }
    }

    @Test
    default void randomEntriesAreAllAnsweredAndTheSchemeStaysAlive() {
        long seed = Long.getLong("SEED", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        try (SchemeSubject subject = openScheme()) {
            long fd = open(subject, subject.file(), subject.flags());
            for (int round = 0; round < 300; round++) {
                String at = "-DSEED=" + seed + " round " + round;
                SubmissionQueueEntry entry = randomEntry(random, fd);
                try (BufferSlice buffer = subject.application().pool().acquire(1 + random.nextInt(256), 1)) {
                    for (int i = 0; i < buffer.length(); i++) {
                        buffer.segment().set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
                    }
                    endOf(subject, entry, buffer);
                } catch (RuntimeException thrown) {
                    throw new AssertionError(at + " " + entry, thrown);
                }
                if (entry.opcode() == Opcode.CLOSE.code()) {
                    fd = open(subject, subject.file(), subject.flags());
                }
            }
            assertAlive(subject);
        }
    }

    @Test
    default void manyOpenFilesGoWithTheirApplication() {
        try (SchemeSubject subject = openScheme()) {
            for (int i = 0; i < 100; i++) {
                open(subject, subject.file(), subject.flags() & ~OpenFlags.EXCL);
            }
            subject.application().close();
        }
    }

    // What the tests are made of

    private static SubmissionQueueEntry entry(Opcode opcode, long fd) {
        return SubmissionQueueEntry.of(opcode).withFd(fd);
    }

    private static SubmissionQueueEntry randomEntry(RandomGenerator random, long fd) {
        List<Opcode> opcodes = List.of(
                Opcode.DUP,
                Opcode.READ,
                Opcode.WRITE,
                Opcode.PREAD,
                Opcode.PWRITE,
                Opcode.SEEK,
                Opcode.FSYNC,
                Opcode.FTRUNCATE,
                Opcode.FSTAT,
                Opcode.FPATH,
                Opcode.FEVENT,
                Opcode.GETDENTS,
                Opcode.CLOSE);
        int opcode = random.nextInt(4) == 0
                ? random.nextInt(Opcode.PRIVATE_MIN, 256)
                : opcodes.get(random.nextInt(opcodes.size())).code();
        long any = random.nextBoolean() ? random.nextLong() : random.nextInt(128);
        return SubmissionQueueEntry.of(opcode)
                .withFd(fd)
                .withSyscallFlags(random.nextInt())
                .withOffset(any)
                .withAdditional(random.nextBoolean() ? random.nextLong() : random.nextInt(8), random.nextLong());
    }

    private static byte[] withBrokenUtf8(String prefix) {
        byte[] path = (prefix + "??").getBytes(StandardCharsets.UTF_8);
        path[path.length - 2] = (byte) 0xC3;
        path[path.length - 1] = (byte) 0x28;
        return path;
    }

    private static void requireFiles(SchemeSubject subject) {
        if (subject.bus() != null) {
            abort("no files here");
        }
    }

    private static long open(SchemeSubject subject, String path, long flags) {
        if (subject.bus() != null) {
            return 0; // what a device takes for a file is for each of its operations to say
        }
        return subject.ring().open(subject.application().pool(), subject.prefix() + path, flags);
    }

    private static long openBytes(SchemeSubject subject, byte[] path) {
        try (BufferSlice buffer = subject.application().pool().acquire(path.length, 1)) {
            buffer.segment().copyFrom(MemorySegment.ofArray(path));
            return call(subject, SubmissionQueueEntry.of(Opcode.OPEN).withOffset(OpenFlags.RDONLY), buffer);
        }
    }

    private static void assertAlive(SchemeSubject subject) {
        if (subject.bus() != null) {
            assertThat(subject.ring().call(subject.bus().alive()).status())
                    .as("the device still answers")
                    .isNotNegative();
            return;
        }
        long flags = subject.flags() & ~OpenFlags.EXCL;
        assertThat(open(subject, subject.file(), flags))
                .as("the scheme still opens files")
                .isNotNegative();
    }

    private static long call(SchemeSubject subject, SubmissionQueueEntry entry) {
        return subject.ring().call(entry).status();
    }

    private static long call(SchemeSubject subject, SubmissionQueueEntry entry, BufferSlice buffer) {
        return subject.ring().call(entry, buffer).status();
    }

    /// The status of a request that may stay: after a moment it is cancelled.
    private static long endOf(SchemeSubject subject, SubmissionQueueEntry entry, BufferSlice buffer) {
        ConsumerInstance ring = subject.ring();
        ring.submit(entry.withUserData(99), buffer);
        if (ring.enter(1, 0, TimeUnit.MILLISECONDS.toNanos(5)) == 0) {
            ring.call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(99, 0));
        }
        List<CompletionQueueEntry> done = reap(subject, 1);
        assertThat(done).as("completions of %s", entry).hasSize(1);
        return done.getFirst().status();
    }

    private static List<CompletionQueueEntry> reap(SchemeSubject subject, int count) {
        ConsumerInstance ring = subject.ring();
        List<CompletionQueueEntry> done = new ArrayList<>();
        while (done.size() < count && ring.enter(1, 0, TimeUnit.SECONDS.toNanos(2)) > 0) {
            ring.reap(done::add, Integer.MAX_VALUE);
        }
        return done;
    }
}
