package ferrite.runtime.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.ring.RingRequest;
import ferrite.runtime.ring.RingRequest.Stage;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestAgesTest {
    private static final SubmissionQueueEntry SYNC =
            SubmissionQueueEntry.of(Opcode.FSYNC).withFd(7);

    private final Ring ring = new Ring("test", new Ring.Attachment.UserToUser(), new RingParameters(4, 16));
    private final RequestAges ages = new RequestAges();

    @Test
    void requestIsAsOldAsTheFirstLookThatFoundIt() {
        submit(SYNC);
        ages.lookAtAll(List.of(ring), 1_000);
        ages.lookAtAll(List.of(ring), 5_000);
        assertThat(atLeast(9_000)).containsExactly(8_000);
    }

    @Test
    void requestThatNobodyHasSeenHasNoAge() {
        ages.lookAtAll(List.of(ring), 1_000);
        submit(SYNC);
        assertThat(atLeast(9_000)).containsExactly(0);
    }

    @Test
    void nextUseOfARecordIsAnotherRequest() {
        submit(SYNC);
        ages.lookAtAll(List.of(ring), 1_000);
        serve();
        assertThat(ring.consumer().reap()).isTrue();
        submit(SYNC);
        ages.lookAtAll(List.of(ring), 4_000);
        assertThat(atLeast(9_000)).containsExactly(5_000);
    }

    @Test
    void ringsThatAreGoneAreForgotten() {
        submit(SYNC);
        ages.lookAtAll(List.of(ring), 1_000);
        ages.lookAtAll(List.of(), 2_000);
        assertThat(atLeast(9_000)).containsExactly(0);
    }

    @Test
    void requestIsShownHoweverFarItHasCome() {
        submit(SYNC);
        serve();
        submit(SYNC.withFlags(SqeFlags.CHAIN));
        submit(SYNC);
        ring.producer().receive();
        submit(SubmissionQueueEntry.of(200).withFd(9));
        assertThat(ring.requests())
                .extracting(RingRequest::stage)
                .containsExactly(Stage.ANSWERED, Stage.SERVED, Stage.HELD, Stage.QUEUED);
        assertThat(ring.requests()).extracting(RingRequest::opcode).containsExactly(9, 9, 9, 200);
        assertThat(ring.requests()).extracting(RingRequest::fd).containsExactly(7L, 7L, 7L, 9L);
    }

    private long[] atLeast(long now) {
        return ages.atLeast(ring, ring.requests(), now);
    }

    private void submit(SubmissionQueueEntry entry) {
        assertThat(ring.consumer().submit(entry, null, 0, null)).isTrue();
    }

    private void serve() {
        InFlight record = ring.producer().receive();
        assertThat(record).isNotNull();
        ring.producer().complete(record, 0, 0);
    }
}
