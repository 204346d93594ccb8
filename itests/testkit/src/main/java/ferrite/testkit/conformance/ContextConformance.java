package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What a context must do for the code in it. [ConformanceServer] runs below it.
public interface ContextConformance {
    /// Runs the body inside a new context and throws what it throws.
    void inContext(Consumer<ContextSubject> body);

    // Descriptors

    @Test
    default void staleDescriptorIsNeverSomebodyElsesFile() {
        inContext(context -> {
            long first = open(context, "sys:uname");
            context.kernel().closeFile(first);
            for (int i = 0; i < 100; i++) {
                long next = open(context, "sys:uname");
                assertThat(next).isNotEqualTo(first);
                assertThat(call(context, entry(Opcode.FSYNC, first))).isEqualTo(Errno.EBADF.status());
                context.kernel().closeFile(next);
            }
        });
    }

    @Test
    default void nonsensicalDescriptorsAreBad() {
        inContext(context -> {
            for (long fd : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 0xFFFF_FFFFL}) {
                assertThat(call(context, entry(Opcode.FSYNC, fd)))
                        .as("fd %d", fd)
                        .isEqualTo(Errno.EBADF.status());
                assertThat(call(context, entry(Opcode.CLOSE, fd)))
                        .as("fd %d", fd)
                        .isEqualTo(Errno.EBADF.status());
            }
        });
    }

    @Test
    default void duplicateSharesThePositionAndOutlivesTheOriginal() {
        inContext(context -> {
            long fd = open(context, "sys:uname");
            long twin = call(context, entry(Opcode.DUP, fd));
            assertThat(twin).isNotNegative();
            assertThat(call(context, entry(Opcode.SEEK, fd).withOffset(3))).isEqualTo(3);
            assertThat(call(context, entry(Opcode.SEEK, twin).withAdditional(1, 0)))
                    .isEqualTo(3);
            context.kernel().closeFile(fd);
            assertThat(call(context, entry(Opcode.SEEK, twin).withAdditional(1, 0)))
                    .isEqualTo(3);
        });
    }

    @Test
    default void descriptorsWorkOnEveryRingToTheKernel() {
        inContext(context -> {
            long fd = open(context, "sys:uname");
            try (ConsumerInstance second = context.openRing(RingParameters.DEFAULT)) {
                assertThat(second.call(entry(Opcode.SEEK, fd).withOffset(2)).status())
                        .isEqualTo(2);
            }
            assertThat(call(context, entry(Opcode.SEEK, fd).withAdditional(1, 0)))
                    .isEqualTo(2);
        });
    }

    // Rings

    @Test
    default void ringsHaveNumbersOfTheirOwn() {
        inContext(context -> {
            try (ConsumerInstance second = context.openRing(RingParameters.DEFAULT);
                    ConsumerInstance third = context.connect(ConformanceServer.NAME, RingParameters.DEFAULT)) {
                assertThat(List.of(context.kernel().id(), second.id(), third.id()))
                        .doesNotHaveDuplicates();
            }
        });
    }

    @Test
    default void connectingToNobodySaysSo() {
        inContext(context ->
                assertErrno(Errno.ENODEV, () -> context.connect(new SchemeName("nobody"), RingParameters.DEFAULT)));
    }

    @Test
    default void connectingToASchemeOfTheKernelIsNotSupported() {
        inContext(context ->
                assertErrno(Errno.EOPNOTSUPP, () -> context.connect(new SchemeName("time"), RingParameters.DEFAULT)));
    }

    @Test
    default void closedRingDoesNotStopTheOthers() {
        inContext(context -> {
            ConsumerInstance second = context.openRing(RingParameters.DEFAULT);
            second.submit(SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(TimeUnit.HOURS.toNanos(1)));
            second.enter(0);
            second.close();
            assertThat(call(context, SubmissionQueueEntry.of(Opcode.NOP))).isZero();
        });
    }

    @Test
    default void messageToAnotherRingArrivesThere() {
        inContext(context -> {
            try (ConsumerInstance second = context.openRing(RingParameters.DEFAULT)) {
                SubmissionQueueEntry message = SubmissionQueueEntry.of(Opcode.MSG_RING)
                        .withFd(second.id())
                        .withAddress(0, 42)
                        .withAdditional(7, 0);
                assertThat(call(context, message)).isZero();
                List<CompletionQueueEntry> got = new ArrayList<>();
                assertThat(second.enter(1, 0, TimeUnit.SECONDS.toNanos(5))).isEqualTo(1);
                second.reap(got::add, 10);
                assertThat(got).hasSize(1);
                assertThat(got.getFirst().userData()).isEqualTo(7);
                assertThat(got.getFirst().status()).isEqualTo(42);
            }
        });
    }

    @Test
    default void messageToNoRingIsABadDescriptor() {
        inContext(context -> assertThat(
                        call(context, SubmissionQueueEntry.of(Opcode.MSG_RING).withFd(77)))
                .isEqualTo(Errno.EBADF.status()));
    }

    // Waiting

    @Test
    default void awaitGivesUpInTime() {
        inContext(context -> assertThat(context.await(() -> false, TimeUnit.MILLISECONDS.toNanos(2)))
                .isFalse());
    }

    @Test
    default void awaitSeesWhatSeveralRingsBring() {
        inContext(context -> {
            try (ConsumerInstance first = context.openRing(RingParameters.DEFAULT);
                    ConsumerInstance second = context.connect(ConformanceServer.NAME, RingParameters.DEFAULT)) {
                List<CompletionQueueEntry> done = new ArrayList<>();
                first.submit(SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(1_000_000));
                second.submit(ConformanceServer.note(1));
                boolean both = context.await(
                        () -> {
                            first.reap(done::add, 10);
                            second.reap(done::add, 10);
                            return done.size() == 2;
                        },
                        TimeUnit.SECONDS.toNanos(10));
                assertThat(both).as("%s", done).isTrue();
            }
        });
    }

    @Test
    default void futexThatDiffersDoesNotWait() {
        inContext(context -> {
            try (BufferSlice word = context.pool().acquire(4, 4)) {
                word.segment().set(ValueLayout.JAVA_INT_UNALIGNED, 0, 5);
                SubmissionQueueEntry wait = SubmissionQueueEntry.of(Opcode.FUTEX_WAIT);
                assertThat(context.kernel()
                                .call(wait.withAdditional(6, 0), word)
                                .status())
                        .isEqualTo(Errno.EAGAIN.status());
            }
        });
    }

    @Test
    default void futexWakesWhoWaits() {
        inContext(context -> {
            try (BufferSlice word = context.pool().acquire(4, 4)) {
                word.segment().set(ValueLayout.JAVA_INT_UNALIGNED, 0, 5);
                context.kernel()
                        .submit(
                                SubmissionQueueEntry.of(Opcode.FUTEX_WAIT)
                                        .withAdditional(5, 0)
                                        .withUserData(1),
                                word);
                context.kernel().enter(0);
                SubmissionQueueEntry wake =
                        SubmissionQueueEntry.of(Opcode.FUTEX_WAKE).withAdditional(10, 0);
                assertThat(context.kernel().call(wake, word).status()).isEqualTo(1);
                assertThat(context.kernel().enter(1, 0, TimeUnit.SECONDS.toNanos(5)))
                        .isEqualTo(1);
                List<CompletionQueueEntry> done = new ArrayList<>();
                context.kernel().reap(done::add, 1);
                assertThat(done.getFirst().status()).isZero();
            }
        });
    }

    @Test
    default void waitForNoChildSaysSo() {
        inContext(context -> assertThat(Errno.isError(
                        call(context, SubmissionQueueEntry.of(Opcode.WAITPID).withFd(1 << 20))))
                .isTrue());
    }

    // Memory

    @Test
    default void memoryOfTheContextIsItsOwn() {
        inContext(context -> {
            long before = context.pool().bytesInUse();
            try (BufferSlice slice = context.pool().acquire(4096, 4096)) {
                assertThat(context.pool().bytesInUse()).isGreaterThan(before);
                assertThat(slice.isLive()).isTrue();
            }
            assertThat(context.pool().bytesInUse()).isEqualTo(before);
        });
    }

    private static SubmissionQueueEntry entry(Opcode opcode, long fd) {
        return SubmissionQueueEntry.of(opcode).withFd(fd);
    }

    private static long open(ContextSubject context, String path) {
        return context.kernel().open(context.pool(), path, OpenFlags.RDONLY);
    }

    private static long call(ContextSubject context, SubmissionQueueEntry entry) {
        return context.kernel().call(entry).status();
    }

    private static void assertErrno(Errno errno, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SchemeException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
