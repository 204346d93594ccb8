package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.EnterFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What a ring must do, whoever answers: named after the tests of liburing, as far as they have a meaning here.
public interface RingConformance {
    /// A new ring for one test.
    RingSubject open();

    // nop, nop-all-sizes, submit and reap

    @Test
    default void nopIsAnsweredByTheRing() {
        try (RingSubject subject = open()) {
            CompletionQueueEntry done = subject.ring().call(nop().withUserData(7));
            assertThat(done.status()).isZero();
        }
    }

    @Test
    default void nopAllSizes() {
        try (RingSubject subject = open()) {
            for (int size = 1; size <= subject.inFlightMax(); size = size < 4 ? size + 1 : size * 2) {
                for (long i = 0; i < size; i++) {
                    assertThat(subject.ring().submit(nop(), i)).isTrue();
                }
                List<CompletionQueueEntry> done = reap(subject, size);
                assertThat(done).extracting(CompletionQueueEntry::userData).doesNotHaveDuplicates();
                assertThat(done).hasSize(size).allMatch(each -> each.status() == 0);
            }
        }
    }

    @Test
    default void userDataComesBackWhole() {
        try (RingSubject subject = open()) {
            for (long userData : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x0123_4567_89AB_CDEFL}) {
                subject.ring().submit(subject.succeeding(), userData);
                assertThat(reapOne(subject).userData()).isEqualTo(userData);
            }
        }
    }

    @Test
    default void failureIsAStatusAndNoException() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.failing(), 1);
            assertThat(reapOne(subject).isError()).isTrue();
        }
    }

    @Test
    default void reapOfNothingReturnsAtOnce() {
        try (RingSubject subject = open()) {
            assertThat(subject.ring().reap((CompletionQueueEntry _) -> {}, 10)).isZero();
            assertThat(subject.ring().enter(0)).isZero();
        }
    }

    @Test
    default void reapHandsOverNoMoreThanItsLimit() {
        try (RingSubject subject = open()) {
            for (long i = 0; i < 4; i++) {
                subject.ring().submit(subject.succeeding(), i);
            }
            subject.ring().enter(4);
            List<CompletionQueueEntry> done = new ArrayList<>();
            assertThat(subject.ring().reap(done::add, 3)).isEqualTo(3);
            assertThat(subject.ring().reap(done::add, 3)).isEqualTo(1);
            assertThat(done).hasSize(4);
        }
    }

    @Test
    default void completionsOfACallAndOfTheQueueDoNotMix() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.succeeding(), 1);
            CompletionQueueEntry called = subject.ring().call(subject.failing().withUserData(2));
            assertThat(called.isError()).isTrue();
            assertThat(called.userData()).isEqualTo(2);
            assertThat(reapOne(subject).userData()).isEqualTo(1);
        }
    }

    // sq-full, cq-full, cq-overflow

    @Test
    default void sqFullIsRefusedAndNothingIsLost() {
        try (RingSubject subject = open()) {
            List<Long> taken = new ArrayList<>();
            for (long i = 0; i < 4L * subject.inFlightMax(); i++) {
                if (!subject.ring().submit(subject.succeeding(), i)) {
                    break;
                }
                taken.add(i);
            }
            assertThat(taken).hasSize(subject.inFlightMax());
            assertThat(reap(subject, taken.size()))
                    .extracting(CompletionQueueEntry::userData)
                    .containsExactlyInAnyOrderElementsOf(taken);
        }
    }

    @Test
    default void submissionsGoOnAfterTheQueueWasFull() {
        try (RingSubject subject = open()) {
            Set<Long> open = new HashSet<>();
            long next = 0;
            while (next < 10L * subject.inFlightMax()) {
                while (subject.ring().submit(subject.succeeding(), next)) {
                    open.add(next++);
                }
                for (CompletionQueueEntry done : reap(subject, 1)) {
                    assertThat(open.remove(done.userData())).isTrue();
                }
            }
            for (CompletionQueueEntry done : reap(subject, open.size())) {
                assertThat(open.remove(done.userData())).isTrue();
            }
            assertThat(open).isEmpty();
        }
    }

    @Test
    default void cqOverflowCannotHappenToEvents() {
        try (RingSubject subject = open()) {
            long events = 8L * subject.inFlightMax();
            subject.ring().submit(subject.armed(), 5);
            subject.ring().enter(0);
            for (long i = 0; i < events; i++) {
                subject.fire();
            }
            List<CompletionQueueEntry> seen = new ArrayList<>();
            while (seen.size() < events) {
                List<CompletionQueueEntry> some = reap(subject, 1);
                assertThat(some)
                        .as("after %d of %d events", seen.size(), events)
                        .isNotEmpty();
                seen.addAll(some);
            }
            assertThat(seen).extracting(CompletionQueueEntry::extra).isSorted().doesNotHaveDuplicates();
            assertThat(seen).hasSize((int) events).allMatch(CompletionQueueEntry::hasMore);
        }
    }

    @Test
    default void answersHaveAPlaceBesideUnreapedEvents() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.armed(), 5);
            subject.ring().enter(0);
            for (int i = 0; i < 3 * subject.inFlightMax(); i++) {
                subject.fire();
            }
            long submitted = 0;
            while (subject.ring().submit(subject.succeeding(), 100 + submitted)) {
                submitted++;
            }
            assertThat(submitted).isEqualTo(subject.inFlightMax() - 1);
            long answers = 0;
            while (answers < submitted) {
                List<CompletionQueueEntry> some = reap(subject, 1);
                assertThat(some)
                        .as("after %d of %d answers", answers, submitted)
                        .isNotEmpty();
                answers += some.stream().filter(done -> done.userData() >= 100).count();
            }
            assertThat(answers).isEqualTo(submitted);
        }
    }

    // poll: multi-shot

    @Test
    default void armedRequestAnswersEachEventUntilItIsCancelled() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.armed(), 5);
            subject.ring().enter(0);
            subject.fire();
            subject.fire();
            assertThat(reap(subject, 2)).allMatch(CompletionQueueEntry::hasMore).hasSize(2);
            cancel(subject, 0, 0, 5);
            CompletionQueueEntry last = reapOne(subject);
            assertThat(last.status()).isEqualTo(Errno.ECANCELED.status());
            assertThat(last.flags()).isEqualTo(CqeFlags.EVENT | CqeFlags.LAST_UPDATE);
        }
    }

    // cancel

    @Test
    default void cancelEndsARequestThatStays() {
        try (RingSubject subject = open()) {
            submitStaying(subject, 1);
            assertThat(cancel(subject, 0, 0, 1)).isZero();
            assertThat(reapOne(subject).status()).isEqualTo(Errno.ECANCELED.status());
        }
    }

    @Test
    default void cancelOfNothingSaysSo() {
        try (RingSubject subject = open()) {
            assertThat(cancel(subject, 0, 0, 77)).isEqualTo(Errno.ENOENT.status());
            assertThat(cancel(subject, CancelFlags.ANY, 0, 0)).isEqualTo(Errno.ENOENT.status());
        }
    }

    @Test
    default void cancelAllCountsWhatItFinds() {
        try (RingSubject subject = open()) {
            for (int i = 0; i < 3; i++) {
                submitStaying(subject, 4);
            }
            submitStaying(subject, 5);
            assertThat(cancel(subject, CancelFlags.ALL, 0, 4)).isEqualTo(3);
            assertThat(reap(subject, 3)).allMatch(done -> done.userData() == 4).hasSize(3);
            assertThat(cancel(subject, CancelFlags.ANY, 0, 0)).isEqualTo(1);
            assertThat(reapOne(subject).userData()).isEqualTo(5);
        }
    }

    @Test
    default void cancelByFile() {
        try (RingSubject subject = open()) {
            submitStaying(subject, 1);
            submitStaying(subject, 2);
            long fd = subject.staying().fd();
            assertThat(cancel(subject, CancelFlags.FILE | CancelFlags.ALL, fd, 0))
                    .isEqualTo(2);
            assertThat(reap(subject, 2))
                    .allMatch(done -> done.status() == Errno.ECANCELED.status())
                    .hasSize(2);
        }
    }

    @Test
    default void cancelAndRequestInOneBatchEndBoth() {
        try (RingSubject subject = open()) {
            try (BufferSlice buffer = subject.pool().acquire(64, 64)) {
                subject.ring().submit(subject.staying().withUserData(1), buffer);
                subject.ring().submit(cancelEntry(0, 0, 1), 2);
                assertThat(reap(subject, 2))
                        .extracting(CompletionQueueEntry::userData)
                        .containsExactlyInAnyOrder(1L, 2L);
            }
        }
    }

    // drain, link, link_drain, skip-cqe

    @Test
    default void drainRunsAfterEverythingBefore() {
        try (RingSubject subject = open()) {
            submitStaying(subject, 1);
            subject.ring().submit(subject.succeeding().withFlags(SqeFlags.DRAIN), 2);
            subject.ring().submit(subject.succeeding(), 3);
            assertThat(subject.ring().enter(1, 0, TimeUnit.MILLISECONDS.toNanos(5)))
                    .isZero();
            subject.ring().submit(cancelEntry(0, 0, 1), 4);
            assertThat(subject.ring().enter(1, 0, TimeUnit.MILLISECONDS.toNanos(5)))
                    .as("the CANCEL waits behind the DRAIN too")
                    .isZero();
        }
    }

    @Test
    default void drainOrdersWhatSucceeds() {
        try (RingSubject subject = open()) {
            for (long i = 0; i < 4; i++) {
                subject.ring().submit(subject.succeeding(), i);
            }
            subject.ring().submit(subject.succeeding().withFlags(SqeFlags.DRAIN), 10);
            subject.ring().submit(subject.succeeding(), 11);
            List<Long> order = reap(subject, 6).stream()
                    .map(CompletionQueueEntry::userData)
                    .toList();
            assertThat(order.subList(0, 4)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
            assertThat(order.subList(4, 6)).containsExactly(10L, 11L);
        }
    }

    @Test
    default void linkRunsInOrder() {
        try (RingSubject subject = open()) {
            for (long i = 0; i < 8; i++) {
                subject.ring().submit(subject.succeeding().withFlags(i < 7 ? SqeFlags.CHAIN : 0), i);
            }
            assertThat(reap(subject, 8))
                    .extracting(CompletionQueueEntry::userData)
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    @Test
    default void linkFailCancelsTheRest() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.failing().withFlags(SqeFlags.CHAIN), 1);
            subject.ring().submit(subject.succeeding().withFlags(SqeFlags.CHAIN), 2);
            subject.ring().submit(subject.succeeding(), 3);
            subject.ring().submit(subject.succeeding(), 4);
            List<CompletionQueueEntry> done = reap(subject, 4);
            assertThat(status(done, 2)).isEqualTo(Errno.ECANCELED.status());
            assertThat(status(done, 3)).isEqualTo(Errno.ECANCELED.status());
            assertThat(status(done, 4)).isNotNegative();
        }
    }

    @Test
    default void hardLinkGoesOn() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.failing().withFlags(SqeFlags.HARD_CHAIN), 1);
            subject.ring().submit(subject.succeeding(), 2);
            assertThat(status(reap(subject, 2), 2)).isNotNegative();
        }
    }

    @Test
    default void linkedCancelEndsItsSuccessors() {
        try (RingSubject subject = open()) {
            try (BufferSlice buffer = subject.pool().acquire(64, 64)) {
                subject.ring()
                        .submit(subject.staying().withFlags(SqeFlags.CHAIN).withUserData(1), buffer);
                subject.ring().submit(subject.succeeding().withFlags(SqeFlags.CHAIN), 2);
                subject.ring().submit(subject.succeeding(), 3);
                subject.ring().enter(0);
                assertThat(cancel(subject, 0, 0, 1)).isZero();
                assertThat(reap(subject, 3)).hasSize(3).allMatch(done -> done.status() == Errno.ECANCELED.status());
            }
        }
    }

    @Test
    default void skipCqeOnSuccess() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.succeeding().withFlags(SqeFlags.SKIP_SUCCESS), 1);
            subject.ring().submit(subject.failing().withFlags(SqeFlags.SKIP_SUCCESS), 2);
            assertThat(reap(subject, 1))
                    .extracting(CompletionQueueEntry::userData)
                    .containsExactly(2L);
        }
    }

    @Test
    default void skippedCompletionsFreeTheirRecords() {
        try (RingSubject subject = open()) {
            for (int i = 0; i < 4 * subject.inFlightMax(); i++) {
                boolean taken = subject.ring().submit(subject.succeeding().withFlags(SqeFlags.SKIP_SUCCESS), i);
                if (!taken) {
                    subject.ring().enter(0);
                    assertThat(subject.ring().reap((CompletionQueueEntry _) -> {}, 100))
                            .isZero();
                }
            }
            assertThat(subject.ring().call(subject.succeeding()).status()).isNotNegative();
        }
    }

    // timeout, link-timeout

    @Test
    default void enterWithATimeLimitReturns() {
        try (RingSubject subject = open()) {
            submitStaying(subject, 1);
            assertThat(subject.ring().enter(1, 0, TimeUnit.MILLISECONDS.toNanos(2)))
                    .isZero();
        }
    }

    @Test
    default void enterWithOnlyNotifyDoesNotWait() {
        try (RingSubject subject = open()) {
            submitStaying(subject, 1);
            assertThat(subject.ring().enter(1, EnterFlags.ONLY_NOTIFY, TimeUnit.HOURS.toNanos(1)))
                    .isZero();
        }
    }

    @Test
    default void enterForRoomReturnsWhenThereIsSome() {
        try (RingSubject subject = open()) {
            submitStaying(subject, 1);
            assertThat(subject.ring().enter(1, EnterFlags.SQ_AVAILABLE, TimeUnit.HOURS.toNanos(1)))
                    .isZero();
        }
    }

    @Test
    default void timeoutEndsByItself() {
        try (RingSubject subject = open()) {
            if (subject.hasTimeouts()) {
                subject.ring().submit(SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(1_000_000), 1);
                assertThat(reapOne(subject).status()).isEqualTo(Errno.ETIMEDOUT.status());
            }
        }
    }

    @Test
    default void linkTimeoutCancelsWhatIsLate() {
        try (RingSubject subject = open()) {
            if (subject.hasTimeouts()) {
                try (BufferSlice buffer = subject.pool().acquire(64, 64)) {
                    subject.ring()
                            .submit(subject.staying().withFlags(SqeFlags.CHAIN).withUserData(1), buffer);
                    subject.ring().submit(linkTimeout(1_000_000), 2);
                    List<CompletionQueueEntry> done = reap(subject, 2);
                    assertThat(status(done, 1)).isEqualTo(Errno.ECANCELED.status());
                    assertThat(status(done, 2)).isEqualTo(Errno.ETIMEDOUT.status());
                }
            }
        }
    }

    @Test
    default void linkTimeoutOfWhatIsInTimeIsCancelled() {
        try (RingSubject subject = open()) {
            if (subject.hasTimeouts()) {
                subject.ring().submit(subject.succeeding().withFlags(SqeFlags.CHAIN), 1);
                subject.ring().submit(linkTimeout(TimeUnit.HOURS.toNanos(1)), 2);
                List<CompletionQueueEntry> done = reap(subject, 2);
                assertThat(status(done, 1)).isNotNegative();
                assertThat(status(done, 2)).isEqualTo(Errno.ECANCELED.status());
            }
        }
    }

    // restrictions, registered files and buffers

    @Test
    default void restrictedRingAnswersNoAccess() {
        try (RingSubject subject = open()) {
            subject.ring().restrict(Opcode.NOP.code(), Opcode.CANCEL.code());
            assertThat(subject.ring().call(nop()).status()).isZero();
            assertThat(subject.ring().call(subject.succeeding()).status()).isEqualTo(Errno.EACCES.status());
            subject.ring().restrict(subject.succeeding().opcode());
            assertThat(subject.ring().call(subject.succeeding()).status()).isEqualTo(Errno.EACCES.status());
        }
    }

    @Test
    default void registeredBufferIsUsedByItsPlace() {
        try (RingSubject subject = open();
                BufferSlice buffer = subject.pool().acquire(256, 64)) {
            buffer.segment().fill((byte) 0);
            subject.ring().registerBuffers(List.of(buffer));
            SubmissionQueueEntry entry = subject.reading();
            CompletionQueueEntry done = subject.ring()
                    .call(entry.withFlags(SqeFlags.REGISTERED_BUFFER)
                            .withAddress(64, 64)
                            .withAdditional(entry.additional1(), 0));
            assertThat(done.status()).isEqualTo(64);
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 63)).isZero();
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 64)).isNotZero();
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 128)).isZero();
        }
    }

    @Test
    default void registeredBufferOutOfRangeIsABadAddress() {
        try (RingSubject subject = open();
                BufferSlice buffer = subject.pool().acquire(256, 64)) {
            subject.ring().registerBuffers(List.of(buffer));
            SubmissionQueueEntry entry = subject.reading().withFlags(SqeFlags.REGISTERED_BUFFER);
            assertErrno(Errno.EFAULT, () -> subject.ring().submit(entry.withAddress(200, 64), 1));
            assertErrno(
                    Errno.EFAULT,
                    () -> subject.ring().submit(entry.withAddress(0, 64).withAdditional(entry.additional1(), 1), 1));
        }
    }

    @Test
    default void registeredFilesAreThereOrRefused() {
        try (RingSubject subject = open()) {
            SubmissionQueueEntry entry = subject.succeeding();
            if (subject.hasRegisteredFiles()) {
                subject.ring().registerFiles(entry.fd());
                SubmissionQueueEntry fixed = entry.withFlags(SqeFlags.REGISTERED_FILE);
                assertThat(subject.ring().call(fixed.withFd(0)).status()).isNotNegative();
                assertThat(subject.ring().call(fixed.withFd(1)).status()).isEqualTo(Errno.EBADF.status());
                assertThat(subject.ring().call(fixed.withFd(-1)).status()).isEqualTo(Errno.EBADF.status());
            } else {
                assertErrno(Errno.EOPNOTSUPP, () -> subject.ring().registerFiles(entry.fd()));
            }
        }
    }

    // buffers

    @Test
    default void bufferReceivesWhatIsRead() {
        try (RingSubject subject = open();
                BufferSlice buffer = subject.pool().acquire(64, 64)) {
            buffer.segment().fill((byte) 0);
            assertThat(subject.ring().call(subject.reading(), buffer).status()).isEqualTo(64);
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 63)).isNotZero();
        }
    }

    @Test
    default void readOnlyBufferIsNotWritten() {
        try (RingSubject subject = open();
                BufferSlice buffer = subject.pool().acquire(64, 64)) {
            buffer.segment().fill((byte) 0);
            long status = subject.ring()
                    .call(subject.reading(), buffer.restrict(Access.READ))
                    .status();
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThat(status).isEqualTo(Errno.EACCES.status());
            assertThat(subject.ring().call(subject.succeeding()).status())
                    .as("the server is still there")
                    .isNotNegative();
        }
    }

    @Test
    default void bufferThatIsClosedInFlightComesBackAfterTheAnswer() {
        try (RingSubject subject = open()) {
            long before = subject.pool().bytesInUse();
            BufferSlice buffer = subject.pool().acquire(64, 64);
            subject.ring().submit(subject.staying().withUserData(1), buffer);
            subject.ring().enter(0);
            buffer.close();
            assertThat(subject.pool().bytesInUse()).isGreaterThan(before);
            cancel(subject, 0, 0, 1);
            reapOne(subject);
            assertThat(subject.pool().bytesInUse()).isEqualTo(before);
        }
    }

    @Test
    default void bufferMayBeClosedRightAfterItWasSubmitted() {
        try (RingSubject subject = open()) {
            long before = subject.pool().bytesInUse();
            BufferSlice buffer = subject.pool().acquire(64, 64);
            subject.ring().submit(subject.reading(), buffer);
            buffer.close();
            assertThat(reapOne(subject).status()).isEqualTo(64);
            assertThat(subject.pool().bytesInUse()).isEqualTo(before);
        }
    }

    @Test
    default void staleBufferIsABadAddress() {
        try (RingSubject subject = open()) {
            BufferSlice buffer = subject.pool().acquire(64, 64);
            buffer.close();
            assertErrno(Errno.EFAULT, () -> subject.ring().submit(subject.reading(), buffer));
        }
    }

    // close

    @Test
    default void closeGivesBackWhatWasInFlight() {
        try (RingSubject subject = open()) {
            long before = subject.pool().bytesInUse();
            for (int i = 0; i < 4; i++) {
                submitStaying(subject, i);
            }
            subject.ring().close();
            assertThat(awaitTrue(() -> subject.pool().bytesInUse() == before)).isTrue();
            assertThat(subject.ring().state()).isNotEqualTo(RingState.OPEN);
        }
    }

    @Test
    default void closedRingRefusesSubmissions() {
        try (RingSubject subject = open()) {
            subject.ring().close();
            assertErrno(Errno.ESHUTDOWN, () -> subject.ring().submit(subject.succeeding(), 1));
        }
    }

    @Test
    default void closedRingHandsOverNothing() {
        try (RingSubject subject = open()) {
            subject.ring().submit(subject.succeeding(), 1);
            subject.ring().enter(1);
            subject.ring().close();
            assertThat(subject.ring().reap((CompletionQueueEntry _) -> {}, 10)).isZero();
        }
    }

    // nonsense

    @Test
    default void everyOpcodeIsAnsweredOrStaysUntilItIsCancelled() {
        try (RingSubject subject = open()) {
            for (int opcode = 0; opcode < 256; opcode++) {
                if (opcode == Opcode.SETRENS.code()) {
                    continue; // would leave the ring without names for good
                }
                assertThat(subject.ring().submit(SubmissionQueueEntry.of(opcode).withFd(1L << 40), opcode))
                        .isTrue();
                if (subject.ring().enter(1, 0, TimeUnit.MILLISECONDS.toNanos(20)) == 0) {
                    cancel(subject, 0, 0, opcode);
                }
                assertThat(reapOne(subject).userData()).isEqualTo(opcode);
            }
            assertThat(subject.ring().call(subject.succeeding()).status()).isNotNegative();
        }
    }

    // What the tests are made of

    private static SubmissionQueueEntry nop() {
        return SubmissionQueueEntry.of(Opcode.NOP);
    }

    private static SubmissionQueueEntry linkTimeout(long nanos) {
        return SubmissionQueueEntry.of(Opcode.LINK_TIMEOUT).withOffset(nanos);
    }

    private static SubmissionQueueEntry cancelEntry(int flags, long fd, long userData) {
        return SubmissionQueueEntry.of(Opcode.CANCEL)
                .withSyscallFlags(flags)
                .withFd(fd)
                .withAdditional(userData, 0);
    }

    private static long cancel(RingSubject subject, int flags, long fd, long userData) {
        return subject.ring().call(cancelEntry(flags, fd, userData)).status();
    }

    private static void submitStaying(RingSubject subject, long userData) {
        try (BufferSlice buffer = subject.pool().acquire(64, 64)) {
            assertThat(subject.ring().submit(subject.staying().withUserData(userData), buffer))
                    .isTrue();
            subject.ring().enter(0);
        }
    }

    /// Waits for that many, at most a second without any, and takes all that are there.
    private static List<CompletionQueueEntry> reap(RingSubject subject, int count) {
        List<CompletionQueueEntry> done = new ArrayList<>();
        ConsumerInstance ring = subject.ring();
        while (done.size() < count && ring.enter(1, 0, TimeUnit.SECONDS.toNanos(1)) > 0) {
            ring.reap(done::add, Integer.MAX_VALUE);
        }
        return done;
    }

    private static CompletionQueueEntry reapOne(RingSubject subject) {
        List<CompletionQueueEntry> done = reap(subject, 1);
        assertThat(done).hasSize(1);
        return done.getFirst();
    }

    private static long status(List<CompletionQueueEntry> done, long userData) {
        List<CompletionQueueEntry> mine =
                done.stream().filter(each -> each.userData() == userData).toList();
        assertThat(mine).as("completions of %d in %s", userData, done).hasSize(1);
        return mine.getFirst().status();
    }

    private static boolean awaitTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        return condition.getAsBoolean();
    }

    private static void assertErrno(Errno errno, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SchemeException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
