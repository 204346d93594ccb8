package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.junit.jupiter.api.Test;

/// Events of multi-shot requests when the caller does not keep up.
class EventsTest {
    private static final SubmissionQueueEntry WORK = RingRig.work();
    private static final SubmissionQueueEntry ARMED = WORK.withFlags(SqeFlags.SUBSCRIBE);

    private static int postAll(RingRig rig, long userData, int limit) {
        int posted = 0;
        while (posted < limit && rig.post(userData, posted)) {
            posted++;
        }
        return posted;
    }

    @Test
    void eventIsRefusedWhenHalfOfTheQueueIsFull() {
        RingRig rig = new RingRig(4, 16);
        rig.submit(ARMED, 1);
        rig.serve();
        assertThat(postAll(rig, 1, 100)).isEqualTo(8);
    }

    @Test
    void reapingAllEventsUnblocksTheServerOnce() {
        RingRig rig = new RingRig(4, 16);
        rig.submit(ARMED, 1);
        rig.serve();
        postAll(rig, 1, 100);
        assertThat(rig.reap()).hasSize(8);
        assertThat(rig.ring.consumer().unblocksEvents()).isTrue();
        assertThat(rig.ring.consumer().unblocksEvents()).isFalse();
        assertThat(rig.post(1, 9)).isTrue();
    }

    @Test
    void serverThatWasNotBlockedIsNotWoken() {
        RingRig rig = new RingRig(4, 16);
        rig.submit(ARMED, 1);
        rig.serve();
        rig.post(1, 1);
        rig.reap();
        assertThat(rig.ring.consumer().unblocksEvents()).isFalse();
    }

    @Test
    void eventsKeepTheirOrderAcrossARefusal() {
        RingRig rig = new RingRig(4, 16);
        rig.submit(ARMED, 1);
        rig.serve();
        long next = 0;
        long expected = 0;
        while (expected < 1_000) {
            while (rig.post(1, next)) {
                next++;
            }
            for (RingRig.Done done : rig.reap()) {
                assertThat(done.status()).isEqualTo(expected++);
            }
            assertThat(rig.ring.consumer().unblocksEvents()).isTrue();
        }
    }

    @Test
    void serverThatWasBlockedByAnswersAloneIsWokenWhenTheyAreReaped() {
        RingRig rig = new RingRig(4, 8);
        rig.submit(ARMED, 1);
        rig.submit(WORK, 2);
        rig.serve();
        rig.answer(2, 0);
        assertThat(rig.reapOne()).isNotNull(); // the head is not published yet
        for (long i = 3; i <= 5; i++) {
            rig.submit(WORK, i);
        }
        rig.serve();
        for (long i = 3; i <= 5; i++) {
            rig.answer(i, 0);
        }
        assertThat(rig.post(1, 1)).isFalse();
        assertThat(rig.reap()).hasSize(3);
        assertThat(rig.ring.consumer().unblocksEvents())
                .as("the server keeps an event and nobody else will tell it")
                .isTrue();
    }

    @Test
    void partOfTheEventsDoesNotWakeTheServerAndTheRestDoes() {
        RingRig rig = new RingRig(4, 16);
        rig.submit(ARMED, 1);
        rig.serve();
        postAll(rig, 1, 100);
        rig.reapOne();
        boolean early = rig.ring.consumer().unblocksEvents();
        rig.reap();
        assertThat(early || rig.ring.consumer().unblocksEvents()).isTrue();
    }

    @Test
    void answersAlwaysHaveAPlaceWhateverEventsAreThere() {
        for (int first = 0; first < 40; first++) {
            RingRig rig = new RingRig(4, 8);
            for (int i = 0; i < first; i++) {
                rig.submit(WORK, 100 + i); // moves the places of what follows
                rig.serve();
                rig.answer(100 + i, 0);
                rig.reapOne();
            }
            for (long i = 1; i <= 4; i++) {
                rig.submit(ARMED, i);
            }
            rig.serve();
            int posted = postAll(rig, 1, 100);
            for (long i = 1; i <= 4; i++) {
                rig.answer(i, 0);
            }
            assertThat(rig.reap()).hasSize(posted + 4);
        }
    }

    @Test
    void eventOnAClosedRingIsTakenAndForgotten() {
        RingRig rig = new RingRig(4, 8);
        rig.submit(ARMED, 1);
        rig.serve();
        rig.ring.consumer().close();
        assertThat(postAll(rig, 1, 100)).isEqualTo(100);
    }
}
