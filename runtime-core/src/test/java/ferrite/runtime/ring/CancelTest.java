package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.junit.jupiter.api.Test;

/// Requests that are wanted back: in the queue, held behind others, and with the server.
class CancelTest {
    private static final SubmissionQueueEntry WORK = RingRig.work();

    private final RingRig rig = new RingRig(16, 64);

    @Test
    void requestInTheQueueNeverReachesTheServer() {
        rig.submit(WORK, 1);
        assertThat(rig.ring.consumer().cancel(1)).isTrue();
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.told()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=ECANCELED");
    }

    @Test
    void requestWithTheServerIsToldOnceAndEndsWhenTheServerSaysSo() {
        rig.submit(WORK, 1);
        rig.serve();
        rig.ring.consumer().cancel(1);
        assertThat(rig.ring.producer().cancelsWaiting()).isTrue();
        assertThat(rig.told()).containsExactly(1L);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.reap()).isEmpty();
        rig.answer(1, 42);
        assertThat(rig.reaped()).isEqualTo("1=42");
    }

    @Test
    void cancelOfWhatIsNotThereFindsNothing() {
        assertThat(rig.ring.consumer().cancel(1)).isFalse();
        rig.submit(WORK, 1);
        rig.serve();
        rig.answer(1, 0);
        rig.reap();
        assertThat(rig.ring.consumer().cancel(1)).isFalse();
    }

    @Test
    void secondCancelOfTheSameRequestFindsNothing() {
        rig.submit(WORK, 1);
        rig.serve();
        assertThat(rig.ring.consumer().cancel(1)).isTrue();
        assertThat(rig.ring.consumer().cancel(1)).isFalse();
    }

    @Test
    void cancelOfAnAnsweredRequestChangesNothing() {
        rig.submit(WORK, 1);
        rig.serve();
        rig.answer(1, 5);
        rig.ring.consumer().cancel(1);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("1=5");
    }

    @Test
    void cancelDoesNotReachTheNextUseOfTheRecord() {
        rig.submit(WORK, 1);
        rig.serve();
        rig.answer(1, 0);
        rig.ring.consumer().cancel(1);
        rig.reap();
        rig.submit(WORK, 2);
        assertThat(rig.serve()).containsExactly(2L);
        assertThat(rig.told()).isEmpty();
    }

    @Test
    void requestIsFoundByItsAttachment() {
        Object mine = new Object();
        rig.ring.consumer().submit(WORK, null, 1, new Object());
        rig.ring.consumer().submit(WORK, null, 2, mine);
        rig.serve();
        assertThat(rig.ring.consumer().cancelAttached(mine)).isTrue();
        assertThat(rig.told()).containsExactly(2L);
    }

    @Test
    void entryCancelsTheOldestWithThisUserData() {
        rig.submit(WORK.withFd(1), 7);
        rig.submit(WORK.withFd(2), 7);
        InFlight first = java.util.Objects.requireNonNull(rig.ring.producer().receive());
        InFlight second = java.util.Objects.requireNonNull(rig.ring.producer().receive());
        rig.submit(RingRig.cancel(0, 0, 7), 9);
        assertThat(rig.serve()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("9=0");
        java.util.List<InFlight> told = new java.util.ArrayList<>();
        rig.ring.producer().forEachCancelled(told::add);
        assertThat(told).containsExactly(first).doesNotContain(second);
    }

    @Test
    void entryCancelsAllWithThisUserData() {
        for (int i = 0; i < 3; i++) {
            rig.submit(WORK, 7);
        }
        rig.submit(WORK, 8);
        int received = rig.serve().size();
        rig.submit(RingRig.cancel(CancelFlags.ALL, 0, 7), 9);
        rig.serve();
        assertThat(received).isEqualTo(4);
        assertThat(rig.reaped()).isEqualTo("9=3");
        assertThat(rig.told()).containsExactlyInAnyOrder(7L, 7L, 7L);
    }

    @Test
    void entryCancelsTheOldestOfAFile() {
        rig.submit(WORK.withFd(3), 1);
        rig.submit(WORK.withFd(4), 2);
        rig.submit(WORK.withFd(4), 3);
        rig.serve();
        rig.submit(RingRig.cancel(CancelFlags.FILE, 4, 0), 9);
        rig.serve();
        assertThat(rig.reaped()).isEqualTo("9=0");
        assertThat(rig.told()).containsExactly(2L);
    }

    @Test
    void entryCancelsAllOfAFile() {
        rig.submit(WORK.withFd(3), 1);
        rig.submit(WORK.withFd(4), 2);
        rig.submit(WORK.withFd(4), 3);
        rig.serve();
        rig.submit(RingRig.cancel(CancelFlags.FILE | CancelFlags.ALL, 4, 0), 9);
        rig.serve();
        assertThat(rig.reaped()).isEqualTo("9=2");
        assertThat(rig.told()).containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void entryCancelsEverythingButItself() {
        for (int i = 1; i <= 3; i++) {
            rig.submit(WORK.withFd(i), i);
        }
        rig.serve();
        rig.submit(RingRig.cancel(CancelFlags.ANY, 0, 0), 9);
        rig.serve();
        assertThat(rig.reaped()).isEqualTo("9=3");
        assertThat(rig.told()).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void entryThatFindsNothingSaysSo() {
        rig.submit(RingRig.cancel(0, 0, 7), 9);
        rig.submit(RingRig.cancel(CancelFlags.ALL, 0, 7), 10);
        rig.submit(RingRig.cancel(CancelFlags.ANY, 0, 7), 11);
        rig.submit(RingRig.cancel(CancelFlags.FILE, 7, 7), 12);
        rig.serve();
        assertThat(rig.reaped()).isEqualTo("9=ENOENT 10=ENOENT 11=ENOENT 12=ENOENT");
    }

    @Test
    void cancelEntryBeforeTheRequestInTheQueueDoesNotReachIt() {
        rig.submit(RingRig.cancel(0, 0, 1), 9);
        rig.submit(WORK, 1);
        assertThat(rig.serve()).containsExactly(1L);
        assertThat(rig.reaped()).isEqualTo("9=ENOENT");
        assertThat(rig.told()).isEmpty();
    }

    @Test
    void entryCancelsAHeldDrain() {
        rig.submit(WORK, 1);
        rig.submit(WORK.withFlags(SqeFlags.DRAIN), 2);
        rig.serve();
        rig.ring.consumer().cancel(2);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.reaped()).isEqualTo("2=ECANCELED");
    }

    @Test
    void entryBehindADrainIsCancelledThere() {
        rig.submit(WORK.withFlags(SqeFlags.DRAIN), 1);
        rig.submit(WORK, 2);
        rig.submit(WORK, 3);
        rig.serve();
        rig.ring.consumer().cancel(2);
        rig.told();
        assertThat(rig.reaped()).isEqualTo("2=ECANCELED");
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(3L);
    }

    @Test
    void entryInAChainIsCancelledByAnEntry() {
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 1);
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 2);
        rig.submit(WORK, 3);
        rig.submit(RingRig.cancel(0, 0, 2), 9);
        rig.serve();
        rig.told();
        assertThat(rig.reaped()).isEqualTo("9=0 2=ECANCELED 3=ECANCELED");
        rig.answer(1, 0);
        assertThat(rig.reaped()).isEqualTo("1=0");
    }

    @Test
    void heldLinkTimeoutIsCancelledWithoutWhatItLimits() {
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 1);
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 2);
        rig.submit(SubmissionQueueEntry.of(Opcode.LINK_TIMEOUT), 3);
        rig.serve();
        rig.ring.consumer().cancel(3);
        rig.told();
        assertThat(rig.reaped()).isEqualTo("3=ECANCELED");
        rig.answer(1, 0);
        assertThat(rig.serve()).containsExactly(2L);
    }

    @Test
    void everythingIsCancelledWhereverItIs() {
        rig.submit(WORK, 1);
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 2);
        rig.submit(WORK, 3);
        rig.submit(WORK.withFlags(SqeFlags.DRAIN), 4);
        rig.submit(WORK, 5);
        assertThat(rig.serve()).containsExactly(1L, 2L);
        rig.submit(WORK, 6);
        for (long i = 1; i <= 6; i++) {
            assertThat(rig.ring.consumer().cancel(i)).isTrue();
        }
        rig.serve();
        assertThat(rig.told()).containsExactlyInAnyOrder(1L, 2L);
        rig.fail(1, Errno.ECANCELED);
        rig.fail(2, Errno.ECANCELED);
        assertThat(rig.reap()).hasSize(6).allMatch(done -> done.failedWith(Errno.ECANCELED) && done.terminal());
        assertThat(rig.ring.consumer().inFlight()).isZero();
    }

    @Test
    void cancelledMultiShotRequestEndsWithOneLastUpdate() {
        rig.submit(WORK.withFlags(SqeFlags.SUBSCRIBE), 1);
        rig.serve();
        rig.post(1, 3);
        rig.ring.consumer().cancel(1);
        rig.told();
        rig.fail(1, Errno.ECANCELED);
        java.util.List<RingRig.Done> all = rig.reap();
        assertThat(all).hasSize(2);
        assertThat(all.getFirst().terminal()).isFalse();
        assertThat(all.getLast().terminal()).isTrue();
        assertThat(all.getLast().flags()).isEqualTo(CqeFlags.EVENT | CqeFlags.LAST_UPDATE);
    }

    @Test
    void bufferOfACancelledRequestStaysGuardedUntilTheServerLetsGo() {
        var buffer = rig.buffer(4096);
        rig.submit(WORK, buffer, 1);
        rig.serve();
        buffer.close();
        rig.ring.consumer().cancel(1);
        rig.told();
        assertThat(rig.bytesInUse()).isNotZero();
        rig.fail(1, Errno.ECANCELED);
        rig.reap();
        assertThat(rig.bytesInUse()).isZero();
    }
}
