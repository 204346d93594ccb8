package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.junit.jupiter.api.Test;

/// How long a ring keeps the bytes of a buffer that its owner has closed: until the last completion is reaped, because
/// until then the server may touch them and the asker has not learnt that it may not.
class BufferGuardTest {
    private static final int BYTES = 4_096;
    private static final SubmissionQueueEntry WORK = RingRig.work();

    private final RingRig rig = new RingRig(8, 32);

    /// A request with a buffer that is closed while the server has it.
    private void serveClosed(SubmissionQueueEntry entry) {
        BufferSlice buffer = rig.buffer(BYTES);
        rig.submit(entry, buffer, 1);
        rig.serve();
        buffer.close();
    }

    @Test
    void multiShotRequestKeepsItsBytesUntilItsLastCompletion() {
        serveClosed(WORK.withFlags(SqeFlags.SUBSCRIBE));
        for (int event = 0; event < 100; event++) {
            rig.post(1, event);
            assertThat(rig.reaped()).isEqualTo("1+=" + event);
            assertThat(rig.bytesInUse()).as("after event %d", event).isEqualTo(BYTES);
        }

        rig.answer(1, 0);
        assertThat(rig.bytesInUse()).as("answered, not reaped").isEqualTo(BYTES);
        assertThat(rig.reaped()).isEqualTo("1=0");

        assertThat(rig.bytesInUse()).isZero();
    }

    @Test
    void multiShotRequestThatIsAskedBackKeepsItsBytesUntilItIsAnswered() {
        serveClosed(WORK.withFlags(SqeFlags.SUBSCRIBE));
        rig.ring.consumer().cancel(1);
        rig.told();
        rig.post(1, 7);
        assertThat(rig.reaped()).isEqualTo("1+=7");
        assertThat(rig.bytesInUse()).isEqualTo(BYTES);

        rig.fail(1, Errno.ECANCELED);
        rig.reap();

        assertThat(rig.bytesInUse()).isZero();
    }

    @Test
    void multiShotRequestWithoutDeliveredSuccessGivesItsBytesBackAllTheSame() {
        serveClosed(WORK.withFlags(SqeFlags.SUBSCRIBE | SqeFlags.SKIP_SUCCESS));
        rig.post(1, 7);
        rig.reap();
        assertThat(rig.bytesInUse()).isEqualTo(BYTES);

        rig.answer(1, 0);
        assertThat(rig.reap()).isEmpty();

        assertThat(rig.bytesInUse()).isZero();
    }

    @Test
    void askerThatGoesLeavesTheBytesToTheServerUntilItAnswers() {
        serveClosed(WORK.withFlags(SqeFlags.SUBSCRIBE));

        rig.ring.consumer().close();
        rig.post(1, 7);
        assertThat(rig.bytesInUse()).isEqualTo(BYTES);

        rig.answer(1, 0);
        assertThat(rig.ring.producer().drained()).isTrue();
        assertThat(rig.bytesInUse()).isZero();
    }

    @Test
    void eachOfSeveralRequestsWithOneBufferKeepsIt() {
        BufferSlice buffer = rig.buffer(BYTES);
        for (int i = 1; i <= 3; i++) {
            rig.submit(WORK.withFlags(i == 2 ? SqeFlags.SUBSCRIBE : 0), buffer, i);
        }
        rig.serve();
        buffer.close();
        for (int i : new int[] {3, 1, 2}) {
            assertThat(rig.bytesInUse()).as("before request %d ends", i).isEqualTo(BYTES);
            rig.answer(i, 0);
            rig.reap();
        }
        assertThat(rig.bytesInUse()).isZero();
    }
}
