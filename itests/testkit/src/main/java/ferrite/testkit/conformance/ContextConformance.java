package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.runtime.ContextLimits;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What a context must do for the code in it. [ConformanceServer] runs below it.
public interface ContextConformance {
    /// Runs the body inside a new context with these limits and throws what it throws. A plug-in's context must be of a
    /// layer above [Layer#CONTROLLER_DRIVER], where the server is.
    void inContext(ContextLimits limits, Consumer<ContextSubject> body);

    /// Runs the body inside a new context with room for everything.
    default void inContext(Consumer<ContextSubject> body) {
        inContext(ContextLimits.ofMemory(64L << 20), body);
    }

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
    default void placeOfADescriptorIsUsedAgainWithAnotherGeneration() {
        inContext(context -> {
            long first = open(context, "sys:uname");
            context.kernel().closeFile(first);
            long next = open(context, "sys:uname");
            assertThat((int) next).isEqualTo((int) first);
            assertThat(next >>> 32).isEqualTo((first >>> 32) + 1);
        });
    }

    @Test
    default void staleDescriptorIsBadWhereverItIsNamed() {
        inContext(context -> {
            long stale = open(context, "sys:uname");
            context.kernel().closeFile(stale);
            open(context, "sys:uname");
            try (ConsumerInstance ring = context.connect(ConformanceServer.NAME, RingParameters.DEFAULT)) {
                for (SubmissionQueueEntry entry : List.of(
                        entry(Opcode.SEEK, stale),
                        entry(Opcode.DUP, stale),
                        entry(Opcode.CLOSE, stale),
                        send(stale, ring.id()))) {
                    assertThat(call(context, entry)).as("%s", entry).isEqualTo(Errno.EBADF.status());
                }
                assertErrno(Errno.EBADF, () -> context.kernel().registerFiles(stale));
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

    // Passing descriptors

    @Test
    default void descriptorThatIsSentIsTheSameFileAndOutlivesTheOriginal() {
        inContext(context -> {
            try (ConsumerInstance ring = context.connect(ConformanceServer.NAME, RingParameters.DEFAULT)) {
                long fd = open(context, "sys:uname");
                long there = call(context, send(fd, ring.id()));
                assertThat(there).isNotNegative();
                assertThat(ring.call(ConformanceServer.seek(there, 3)).status()).isEqualTo(3);
                assertThat(call(context, entry(Opcode.SEEK, fd).withAdditional(1, 0)))
                        .as("the position that both share")
                        .isEqualTo(3);
                context.kernel().closeFile(fd);
                assertThat(ring.call(ConformanceServer.seek(there, 5)).status()).isEqualTo(5);
            }
        });
    }

    @Test
    default void descriptorOfTheReceiversOwnSchemeIsNotSent() {
        inContext(context -> {
            try (ConsumerInstance ring = context.connect(ConformanceServer.NAME, RingParameters.DEFAULT)) {
                long fd = open(context, ConformanceServer.NAME + ":now");
                assertThat(call(context, send(fd, ring.id()))).isEqualTo(Errno.EDEADLK.status());
            }
        });
    }

    @Test
    default void descriptorIsSentToNobodyByARingToTheKernelOrToNone() {
        inContext(context -> {
            long fd = open(context, "sys:uname");
            assertThat(call(context, send(fd, context.kernel().id()))).isEqualTo(Errno.EINVAL.status());
            assertThat(call(context, send(fd, 77))).isEqualTo(Errno.EBADF.status());
        });
    }

    // Namespaces: the sandbox of a driver after its set-up

    @Test
    default void sandboxReachesOnlyWhatItNames() {
        inContext(context -> {
            enter(context, "sys");
            assertThat(open(context, "sys:uname")).isNotNegative();
            assertErrno(Errno.ENODEV, () -> open(context, "null:"));
            assertErrno(Errno.ENODEV, () -> context.connect(ConformanceServer.NAME, RingParameters.DEFAULT));
        });
    }

    @Test
    default void whatIsOpenGoesOnInTheEmptySandbox() {
        inContext(context -> {
            long fd = open(context, "sys:uname");
            try (ConsumerInstance ring = context.connect(ConformanceServer.NAME, RingParameters.DEFAULT)) {
                assertThat(call(context, SubmissionQueueEntry.of(Opcode.SETRENS)))
                        .isZero();
                assertErrno(Errno.ENODEV, () -> open(context, "sys:uname"));
                assertThat(call(context, entry(Opcode.SEEK, fd).withOffset(2))).isEqualTo(2);
                assertThat(ring.call(ConformanceServer.note(1)).status()).isZero();
            }
        });
    }

    @Test
    default void sandboxIsNotLeft() {
        inContext(context -> {
            long wide = make(context, "null\nsys");
            enter(context, "sys");
            for (long number : new long[] {1, wide, 4_711, -1}) {
                SubmissionQueueEntry leave =
                        SubmissionQueueEntry.of(Opcode.SETRENS).withAdditional(number, 0);
                assertThat(call(context, leave)).as("enter %d", number).isEqualTo(Errno.EPERM.status());
            }
            assertThat(make(context, "null")).isEqualTo(Errno.ENOENT.status());
        });
    }

    @Test
    default void sandboxedContextRegistersNothing() {
        inContext(context -> {
            enter(context, "sys");
            assertErrno(
                    Errno.EACCES,
                    () -> context.kernel()
                            .open(context.pool(), ":sandboxed", OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR));
        });
    }

    @Test
    default void childBeginsInTheSandboxOfItsParent() {
        inContext(context -> {
            long sandbox = enter(context, "proc\nsys");
            assertThat(text(context, "proc:" + context.startChild().id() + "/status"))
                    .contains("\nnamespace " + sandbox + "\n");
        });
    }

    // Children

    @Test
    default void childKnowsItsParent() {
        inContext(context -> {
            String self = text(context, "proc:self/status").lines().findFirst().orElseThrow();
            String parent = text(context, "proc:" + context.startChild().id() + "/parent");
            assertThat("id " + parent).isEqualTo(self + "\n");
        });
    }

    @Test
    default void parentGetsTheExitStatusOfItsChildOnce() {
        inContext(context -> {
            ContextSubject.Child child = context.startChild();
            assertThat(call(context, waitFor(child.id()).withSyscallFlags(1))).isEqualTo(Errno.EAGAIN.status());
            child.end();
            assertThat(call(context, waitFor(child.id()))).isZero();
            assertThat(call(context, waitFor(child.id()))).isEqualTo(Errno.ECHILD.status());
        });
    }

    @Test
    default void parentThatWaitsIsToldOfTheEnd() {
        inContext(context -> {
            ContextSubject.Child child = context.startChild();
            assertThat(context.kernel().submit(waitFor(child.id()).withUserData(1)))
                    .isTrue();
            assertThat(context.kernel().enter(0)).isZero();
            child.end();
            assertThat(nextStatus(context)).isZero();
        });
    }

    @Test
    default void childThatFailsEndsWithOne() {
        inContext(context -> {
            ContextSubject.Child child = context.startChild();
            assertThat(context.kernel().submit(waitFor(child.id()).withUserData(1)))
                    .isTrue();
            child.fail();
            assertThat(nextStatus(context)).isEqualTo(1);
        });
    }

    @Test
    default void onlyChildrenAreWaitedFor() {
        inContext(context -> {
            int self = Integer.parseInt(text(context, "proc:self/status")
                    .lines()
                    .findFirst()
                    .orElseThrow()
                    .substring("id ".length()));
            for (int stranger : new int[] {self, 0, -1, 1 << 20}) {
                assertThat(call(context, waitFor(stranger)))
                        .as("wait for %d", stranger)
                        .isEqualTo(Errno.ECHILD.status());
            }
        });
    }

    // Limits

    @Test
    default void descriptorsEndAtTheirLimit() {
        inContext(new ContextLimits(3, 8, 1 << 20), context -> {
            long first = open(context, "null:");
            open(context, "null:");
            open(context, "null:");
            assertErrno(Errno.EMFILE, () -> open(context, "null:"));
            assertThat(call(context, entry(Opcode.DUP, first))).isEqualTo(Errno.EMFILE.status());
            context.kernel().closeFile(first);
            assertThat(open(context, "null:")).isNotNegative();
        });
    }

    @Test
    default void ringsEndAtTheirLimit() {
        inContext(new ContextLimits(8, 2, 1 << 20), context -> {
            ConsumerInstance first = context.openRing(RingParameters.DEFAULT);
            context.connect(ConformanceServer.NAME, RingParameters.DEFAULT);
            assertErrno(Errno.ENFILE, () -> context.openRing(RingParameters.DEFAULT));
            assertErrno(Errno.ENFILE, () -> context.connect(ConformanceServer.NAME, RingParameters.DEFAULT));
            first.close();
            context.openRing(RingParameters.DEFAULT).close();
        });
    }

    @Test
    default void memoryEndsAtItsLimit() {
        inContext(new ContextLimits(8, 8, 64 << 10), context -> {
            assertErrno(Errno.ENOMEM, () -> context.pool().acquire(65 << 10, 1));
            try (BufferSlice most = context.pool().acquire(40 << 10, 1)) {
                assertErrno(Errno.ENOMEM, () -> context.pool().acquire(40 << 10, 1));
                assertThat(most.isLive()).isTrue();
            }
            context.pool().acquire(40 << 10, 1).close();
        });
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

    private static SubmissionQueueEntry send(long fd, int ring) {
        return entry(Opcode.SEND_FD, fd).withAdditional(ring, 0);
    }

    private static SubmissionQueueEntry waitFor(int child) {
        return entry(Opcode.WAITPID, child);
    }

    private static long nextStatus(ContextSubject context) {
        List<CompletionQueueEntry> done = new ArrayList<>();
        assertThat(context.kernel().enter(1, 0, TimeUnit.SECONDS.toNanos(10))).isEqualTo(1);
        context.kernel().reap(done::add, 1);
        return done.getFirst().status();
    }

    /// @return the number of the new namespace
    private static long enter(ContextSubject context, String names) {
        long number = make(context, names);
        assertThat(number).isGreaterThan(1);
        assertThat(call(context, SubmissionQueueEntry.of(Opcode.SETRENS).withAdditional(number, 0)))
                .isZero();
        return number;
    }

    private static long make(ContextSubject context, String names) {
        byte[] bytes = names.getBytes(StandardCharsets.UTF_8);
        try (BufferSlice buffer = context.pool().acquire(bytes.length, 1)) {
            buffer.segment().copyFrom(MemorySegment.ofArray(bytes));
            return context.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.MKNS), buffer)
                    .status();
        }
    }

    private static String text(ContextSubject context, String path) {
        long fd = open(context, path);
        try (BufferSlice buffer = context.pool().acquire(4_096, 1)) {
            long count = context.kernel().pread(fd, buffer, 0);
            return new String(
                    buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        } finally {
            context.kernel().closeFile(fd);
        }
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
