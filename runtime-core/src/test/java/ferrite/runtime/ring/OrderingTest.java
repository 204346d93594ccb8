package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

/// DRAIN, CHAIN, HARD_CHAIN, LINK_TIMEOUT, SKIP_SUCCESS and priority, on one ring.
class OrderingTest {
    private static final SubmissionQueueEntry WORK = RingRig.work();
    private static final SubmissionQueueEntry DRAIN = WORK.withFlags(SqeFlags.DRAIN);
    private static final SubmissionQueueEntry CHAIN = WORK.withFlags(SqeFlags.CHAIN);
    private static final SubmissionQueueEntry HARD = WORK.withFlags(SqeFlags.HARD_CHAIN);
    private static final SubmissionQueueEntry LIMIT = SubmissionQueueEntry.of(Opcode.LINK_TIMEOUT);
    private static final SubmissionQueueEntry LIMIT_AND_ON = LIMIT.withFlags(SqeFlags.CHAIN);

    private final RingRig rig = new RingRig(64, 128);

    private void submit(SubmissionQueueEntry... entries) {
        for (int i = 0; i < entries.length; i++) {
            assertThat(rig.submit(entries[i], i + 1)).isTrue();
        }
    }

    private static SubmissionQueueEntry priority(int priority) {
        return new SubmissionQueueEntry(RingRig.WORK, 0, priority, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    // DRAIN

    @Test
    void drainWaitsForEverythingBeforeIt() {
        submit(WORK, WORK, DRAIN);
        assertThat(rig.serve()).containsExactly(1L, 2L);
        rig.answer(2, 0);
        assertThat(rig.serve()).isEmpty();
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void whatFollowsADrainWaitsForIt() {
        submit(DRAIN, WORK, WORK);
        assertThat(rig.serve()).containsExactly(1L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L, 3L);
    }

    @Test
    void whatIsSubmittedLaterWaitsForADrainThatRuns() {
        submit(DRAIN);
        assertThat(rig.serve()).containsExactly(1L);
        rig.submit(WORK, 2);
        assertThat(rig.serve()).isEmpty();
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
    }

    @Test
    void drainsRunOneAfterTheOther() {
        submit(DRAIN, DRAIN, DRAIN);
        for (long i = 1; i <= 3; i++) {
            assertThat(rig.serve()).containsExactly(i);
            rig.answer(i, 0);
        }
        assertThat(rig.reaped()).isEqualTo("1=0 2=0 3=0");
    }

    @Test
    void drainThatFailsLetsTheRestRun() {
        submit(DRAIN, WORK);
        rig.serve();
        rig.fail(1, Errno.EIO);
        assertThat(rig.serve()).containsExactly(2L);
    }

    @Test
    void drainWaitsForAChainBeforeIt() {
        submit(CHAIN, WORK, DRAIN);
        assertThat(rig.serve()).containsExactly(1L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
        rig.answer(2, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void chainBehindADrainRunsInItsOrder() {
        submit(DRAIN, CHAIN, CHAIN, WORK);
        rig.serve();
        rig.answer(1, 0);
        for (long i = 2; i <= 4; i++) {
            assertThat(rig.serve()).containsExactly(i);
            rig.answer(i, 0);
        }
    }

    @Test
    void chainThatBeginsWithADrainWaitsAsAWhole() {
        submit(WORK, WORK.withFlags(SqeFlags.DRAIN | SqeFlags.CHAIN), WORK, WORK);
        assertThat(rig.serve()).containsExactly(1L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
        rig.answer(2, 0);
        assertThat(rig.serve()).containsExactlyInAnyOrder(3L, 4L);
    }

    @Test
    void drainInsideAChainWaitsForWhatIsOutsideTheChainToo() {
        submit(WORK, CHAIN, DRAIN);
        assertThat(rig.serve()).containsExactly(1L, 2L);
        rig.answer(2, 0);
        assertThat(rig.serve())
                .as("1 came before the DRAIN and is not answered")
                .isEmpty();
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void whatFollowsADrainInsideAChainWaitsForIt() {
        submit(CHAIN, DRAIN, WORK);
        assertThat(rig.serve()).as("3 follows the DRAIN").containsExactly(1L);
    }

    @Test
    void drainWaitsForAnArmedMultiShotRequest() {
        submit(WORK.withFlags(SqeFlags.SUBSCRIBE), DRAIN);
        assertThat(rig.serve()).containsExactly(1L);
        rig.post(1, 5);
        assertThat(rig.serve()).isEmpty();
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
    }

    // CHAIN

    @Test
    void successorOfAChainRunsAfterItsPredecessorAlone() {
        submit(CHAIN, WORK, WORK);
        assertThat(rig.serve()).containsExactly(1L, 3L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
    }

    @Test
    void errorCancelsTheRestOfTheChainAndNothingElse() {
        submit(CHAIN, CHAIN, WORK, WORK);
        assertThat(rig.serve()).containsExactly(1L, 4L);
        rig.fail(1, Errno.EIO);
        rig.answer(4, 0);
        assertThat(rig.reaped()).isEqualTo("1=EIO 2=ECANCELED 3=ECANCELED 4=0");
    }

    @Test
    void shortReadCancelsTheRestOfTheChain() {
        SubmissionQueueEntry read = SubmissionQueueEntry.of(Opcode.PREAD).withFlags(SqeFlags.CHAIN);
        BufferSlice buffer = rig.buffer(64);
        rig.submit(read, buffer, 1);
        rig.submit(WORK, 2);
        rig.serve();
        rig.answer(1, 63);
        assertThat(rig.reaped()).isEqualTo("1=63 2=ECANCELED");
    }

    @Test
    void wholeReadLetsTheChainGoOn() {
        SubmissionQueueEntry read = SubmissionQueueEntry.of(Opcode.PREAD).withFlags(SqeFlags.CHAIN);
        rig.submit(read, rig.buffer(64), 1);
        rig.submit(WORK, 2);
        rig.serve();
        rig.answer(1, 64);
        assertThat(rig.serve()).containsExactly(2L);
    }

    @Test
    void successorThatComesAfterItsPredecessorWasAnsweredRuns() {
        submit(CHAIN);
        rig.serve();
        rig.answer(1, 0);
        rig.submit(WORK, 2);
        assertThat(rig.serve()).containsExactly(2L);
    }

    @Test
    void successorThatComesAfterItsPredecessorFailedIsCancelled() {
        submit(CHAIN);
        rig.serve();
        rig.fail(1, Errno.EIO);
        rig.submit(CHAIN, 2);
        rig.submit(WORK, 3);
        rig.submit(WORK, 4);
        assertThat(rig.serve()).containsExactly(4L);
        assertThat(rig.reaped()).isEqualTo("1=EIO 2=ECANCELED 3=ECANCELED");
    }

    @Test
    void chainOverSeveralTurnsStaysAChain() {
        submit(CHAIN);
        rig.serve();
        rig.submit(CHAIN, 2);
        assertThat(rig.serve()).isEmpty();
        rig.submit(WORK, 3);
        assertThat(rig.serve()).isEmpty();
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
        rig.answer(2, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void longChainOfNopsRunsInOneTurn() {
        for (int i = 1; i <= 63; i++) {
            rig.submit(SubmissionQueueEntry.of(Opcode.NOP).withFlags(SqeFlags.CHAIN), i);
        }
        rig.submit(WORK, 64);
        assertThat(rig.serve()).containsExactly(64L);
        assertThat(rig.reap()).hasSize(63).allMatch(done -> done.status() == 0);
    }

    @Test
    void longestChainIsCancelledWithoutNestedCalls() {
        RingRig large = new RingRig(32_768, 65_536);
        for (int i = 0; i < 32_767; i++) {
            large.submit(CHAIN, i);
        }
        large.submit(WORK, 32_767);
        assertThat(large.serve()).containsExactly(0L);
        large.fail(0, Errno.EIO);
        assertThat(large.reap()).hasSize(32_768);
    }

    @Test
    void chainOfNopsBehindADrainRunsInOneTurnAfterIt() {
        submit(DRAIN);
        for (int i = 2; i <= 20; i++) {
            rig.submit(SubmissionQueueEntry.of(Opcode.NOP).withFlags(i < 20 ? SqeFlags.CHAIN : 0), i);
        }
        rig.serve();
        assertThat(rig.reap()).isEmpty();
        rig.answer(1, 0);
        rig.serve();
        assertThat(rig.reap()).hasSize(20);
    }

    // HARD_CHAIN

    @Test
    void hardChainGoesOnAfterAnError() {
        submit(HARD, HARD, WORK);
        rig.serve();
        rig.fail(1, Errno.EIO);
        assertThat(rig.serve()).containsExactly(2L);
        rig.fail(2, Errno.ECANCELED);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void hardChainStillWaitsForItsPredecessor() {
        submit(HARD, WORK);
        assertThat(rig.serve()).containsExactly(1L);
    }

    @Test
    void hardEntryAfterAFailedChainEntryIsCancelledWithTheRest() {
        submit(CHAIN, HARD, WORK);
        rig.serve();
        rig.fail(1, Errno.EIO);
        assertThat(rig.reaped()).isEqualTo("1=EIO 2=ECANCELED 3=ECANCELED");
    }

    // Chains of refused entries

    @Test
    void chainOfEntriesThatAreNotAllowedIsRefusedAndCancelled() {
        rig.ring.consumer().restrict(Opcode.NOP.code());
        submit(CHAIN, CHAIN, WORK, SubmissionQueueEntry.of(Opcode.NOP));
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reap())
                .extracting(RingRig.Done::userData, RingRig.Done::status)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(1L, Errno.EACCES.status()),
                        org.assertj.core.groups.Tuple.tuple(2L, Errno.ECANCELED.status()),
                        org.assertj.core.groups.Tuple.tuple(3L, Errno.ECANCELED.status()),
                        org.assertj.core.groups.Tuple.tuple(4L, 0L));
    }

    @Test
    void hardChainOfEntriesThatAreNotAllowedIsRefusedOneByOne() {
        rig.ring.consumer().restrict(Opcode.NOP.code());
        submit(HARD, HARD, WORK);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=EACCES 2=EACCES 3=EACCES");
    }

    @Test
    void entryWhoseAddressIsNotItsBufferBreaksItsChain() {
        BufferSlice buffer = rig.buffer(64);
        rig.submit(CHAIN, buffer, 1);
        rig.submit(WORK, 2);
        rig.ring
                .memory()
                .set(java.lang.foreign.ValueLayout.JAVA_LONG, RingLayout.ENTRIES + RingLayout.SQE_ADDRESS, 4096);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=EFAULT 2=ECANCELED");
    }

    @Test
    void cancelledHeadTakesItsChainAlong() {
        submit(CHAIN, CHAIN, WORK);
        assertThat(rig.ring.consumer().cancel(1)).isTrue();
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=ECANCELED 2=ECANCELED 3=ECANCELED");
    }

    // LINK_TIMEOUT

    @Test
    void linkTimeoutRunsBesideWhatItLimits() {
        submit(CHAIN, LIMIT);
        assertThat(rig.serve()).containsExactly(1L, 2L);
        assertThat(rig.take(2).limited()).isSameAs(rig.take(1));
    }

    @Test
    void linkTimeoutIsCancelledWhenItsPredecessorIsInTime() {
        submit(CHAIN, LIMIT);
        rig.serve();
        rig.answer(1, 0);
        assertThat(rig.reaped()).isEqualTo("1=0 2=ECANCELED");
    }

    @Test
    void linkTimeoutThatFiresIsNoEndOfItsPredecessor() {
        submit(CHAIN, LIMIT);
        rig.serve();
        rig.fail(2, Errno.ETIMEDOUT);
        assertThat(rig.reaped()).isEqualTo("2=ETIMEDOUT");
        rig.fail(1, Errno.ECANCELED);
        assertThat(rig.reaped()).isEqualTo("1=ECANCELED");
    }

    @Test
    void linkTimeoutWithoutAPredecessorIsInvalid() {
        submit(LIMIT);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=EINVAL");
    }

    @Test
    void invalidLinkTimeoutCancelsTheRestOfItsChain() {
        submit(LIMIT_AND_ON, WORK);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=EINVAL 2=ECANCELED");
    }

    @Test
    void linkTimeoutAfterItsPredecessorWasAnsweredIsCancelled() {
        submit(CHAIN);
        rig.serve();
        rig.answer(1, 0);
        rig.submit(LIMIT, 2);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=0 2=ECANCELED");
    }

    @Test
    void chainGoesOnBehindALinkTimeoutThatWasNotNeeded() {
        submit(CHAIN, LIMIT_AND_ON, WORK);
        assertThat(rig.serve()).containsExactly(1L, 2L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void chainBehindALinkTimeoutIsCancelledIfThePredecessorFails() {
        submit(CHAIN, LIMIT_AND_ON, WORK);
        rig.serve();
        rig.fail(2, Errno.ETIMEDOUT);
        rig.fail(1, Errno.ECANCELED);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("2=ETIMEDOUT 1=ECANCELED 3=ECANCELED");
    }

    @Test
    void linkTimeoutInTheMiddleOfAChainBeginsWithWhatItLimits() {
        submit(CHAIN, CHAIN, LIMIT);
        assertThat(rig.serve()).containsExactly(1L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L, 3L);
    }

    @Test
    void linkTimeoutBehindADrainBeginsWithWhatItLimits() {
        submit(DRAIN, CHAIN, LIMIT);
        assertThat(rig.serve()).containsExactly(1L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L, 3L);
    }

    @Test
    void linkTimeoutOfACancelledEntryEndsWithIt() {
        submit(CHAIN, CHAIN, LIMIT);
        rig.serve();
        rig.fail(1, Errno.EIO);
        assertThat(rig.reaped()).isEqualTo("1=EIO 2=ECANCELED 3=ECANCELED");
    }

    @Test
    void secondLinkTimeoutOfOneEntryIsAnsweredToo() {
        submit(CHAIN, CHAIN, LIMIT_AND_ON, LIMIT);
        rig.serve();
        rig.fail(1, Errno.EIO);
        rig.serve();
        assertThat(rig.reap()).extracting(RingRig.Done::userData).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(rig.ring.consumer().inFlight()).isZero();
    }

    @Test
    void linkTimeoutOfANopIsCancelled() {
        submit(SubmissionQueueEntry.of(Opcode.NOP).withFlags(SqeFlags.CHAIN), LIMIT);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=0 2=ECANCELED");
    }

    // SKIP_SUCCESS

    @Test
    void skippedSuccessIsNotDeliveredAndFreesItsRecord() {
        submit(WORK.withFlags(SqeFlags.SKIP_SUCCESS));
        rig.serve();
        rig.answer(1, 7);
        assertThat(rig.reap()).isEmpty();
        assertThat(rig.ring.consumer().inFlight()).isZero();
    }

    @Test
    void failureIsDeliveredAlthoughSuccessIsSkipped() {
        submit(WORK.withFlags(SqeFlags.SKIP_SUCCESS));
        rig.serve();
        rig.fail(1, Errno.EIO);
        assertThat(rig.reaped()).isEqualTo("1=EIO");
    }

    @Test
    void skippedEntriesOfAChainLeaveOnlyTheLast() {
        SubmissionQueueEntry quiet = WORK.withFlags(SqeFlags.SKIP_SUCCESS | SqeFlags.CHAIN);
        submit(quiet, quiet, WORK);
        for (long i = 1; i <= 3; i++) {
            rig.serve();
            rig.answer(i, i);
        }
        assertThat(rig.reaped()).isEqualTo("3=3");
    }

    @Test
    void skippedNopIsNotDelivered() {
        submit(SubmissionQueueEntry.of(Opcode.NOP).withFlags(SqeFlags.SKIP_SUCCESS), WORK);
        assertThat(rig.serve()).containsExactly(2L);
        assertThat(rig.reap()).isEmpty();
        assertThat(rig.ring.consumer().inFlight()).isEqualTo(1);
    }

    @Test
    void skippedSuccessDoesNotCountAsWaitingCompletion() {
        submit(WORK.withFlags(SqeFlags.SKIP_SUCCESS));
        rig.serve();
        rig.answer(1, 7);
        assertThat(rig.ring.consumer().hasCompletion())
                .as("a wait for one completion must go on: nothing will be delivered")
                .isFalse();
    }

    @Test
    void multiShotRequestWithSkippedSuccessDeliversItsEvents() {
        submit(WORK.withFlags(SqeFlags.SKIP_SUCCESS | SqeFlags.SUBSCRIBE));
        rig.serve();
        rig.post(1, 4);
        rig.answer(1, 0);
        assertThat(rig.reaped()).isEqualTo("1+=4");
        assertThat(rig.ring.consumer().inFlight()).isZero();
    }

    // Priority

    @Test
    void higherPriorityIsReceivedFirst() {
        submit(priority(0), priority(1), priority(65_535), priority(2));
        assertThat(rig.serve()).containsExactly(3L, 4L, 2L, 1L);
    }

    @Test
    void equalPrioritiesKeepTheirOrder() {
        submit(priority(5), priority(9), priority(5), priority(9), priority(5));
        assertThat(rig.serve()).containsExactly(2L, 4L, 1L, 3L, 5L);
    }

    @Test
    void priorityDoesNotOvertakeADrain() {
        submit(WORK, DRAIN, priority(9));
        assertThat(rig.serve()).containsExactly(1L);
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
        rig.answer(2, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void priorityOfASuccessorDoesNotOvertakeItsPredecessor() {
        SubmissionQueueEntry urgent = priority(9);
        submit(CHAIN, urgent);
        assertThat(rig.serve()).containsExactly(1L);
    }

    // What is held and then cancelled

    @Test
    void drainThatIsCancelledLetsTheRestRun() {
        submit(WORK, DRAIN, WORK);
        assertThat(rig.serve()).containsExactly(1L);
        rig.ring.consumer().cancel(2);
        rig.told();
        assertThat(rig.serve()).containsExactly(3L);
        assertThat(rig.reaped()).isEqualTo("2=ECANCELED");
    }

    @Test
    void successorThatIsCancelledTakesTheRestOfTheChainAlong() {
        submit(CHAIN, CHAIN, WORK);
        rig.serve();
        rig.ring.consumer().cancel(2);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("2=ECANCELED 3=ECANCELED");
        rig.answer(1, 0);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=0");
    }

    @Test
    void rowBehindACancelledHardSuccessorStillWaitsForTheFirst() {
        submit(CHAIN, HARD, WORK);
        rig.serve();
        rig.ring.consumer().cancel(2);
        rig.told();
        assertThat(rig.serve()).as("3 runs after 1, which is not answered").isEmpty();
    }

    @Test
    void successorOfACancelledHardEntryStaysBehindTheDrain() {
        submit(WORK, DRAIN, HARD, WORK);
        rig.serve();
        rig.ring.consumer().cancel(3);
        rig.told();
        assertThat(rig.serve())
                .as("2 is a DRAIN that came before 4 and is not answered")
                .isEmpty();
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
        rig.answer(2, 0);
        assertThat(rig.serve()).containsExactly(4L);
    }

    @Test
    void everyHeldEntryEndsWhenTheServerCloses() {
        submit(WORK, DRAIN, CHAIN, CHAIN, LIMIT, DRAIN, WORK);
        rig.serve();
        rig.ring.producer().close(Errno.ENODEV);
        assertThat(rig.reap()).hasSize(7).allMatch(done -> done.failedWith(Errno.ENODEV));
        assertThat(rig.ring.consumer().inFlight()).isZero();
    }

    @Test
    void recordsOfHeldEntriesAreUsedAgain() {
        for (int round = 0; round < 100; round++) {
            submit(WORK, DRAIN, CHAIN, LIMIT_AND_ON, WORK);
            rig.serve();
            for (long i = 1; i <= 5; i++) {
                rig.ring.consumer().cancel(i);
            }
            for (long i : rig.told()) {
                rig.fail(i, Errno.ECANCELED);
            }
            assertThat(rig.reap()).extracting(RingRig.Done::userData).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
        }
        assertThat(rig.serve()).isEqualTo(List.of());
    }
}
