package ferrite.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeRingTest {
    private static final SubmissionQueueEntry READ =
            SubmissionQueueEntry.of(Opcode.PREAD).withUserData(3);

    private final FakeContext context = new FakeContext("test", _ -> {});
    private final FakeRing ring = context.kernel();

    private List<CompletionQueueEntry> reaped() {
        List<CompletionQueueEntry> all = new ArrayList<>();
        CompletionHandler handler = all::add;
        ring.reap(handler, 16);
        return all;
    }

    @Test
    void aRequestThatIsNotAnsweredIsKept() {
        ring.submit(READ);
        assertThat(ring.kept()).singleElement().matches(request -> request.is(Opcode.PREAD));
        assertThat(reaped()).isEmpty();
    }

    @Test
    void aLateAnswerIsACompletion() {
        ring.submit(READ);
        ring.kept().getFirst().complete(5, 6);
        assertThat(reaped()).containsExactly(new CompletionQueueEntry(3, 5, 0, 6));
        assertThat(ring.kept()).isEmpty();
    }

    @Test
    void anEventLeavesTheRequestKept() {
        ring.submit(READ);
        ring.kept().getFirst().post(1, 2);
        assertThat(reaped()).containsExactly(new CompletionQueueEntry(3, 1, CqeFlags.EVENT, 2));
        assertThat(ring.kept()).hasSize(1);
    }

    @Test
    void aCancelledRequestEndsBeforeTheCancellation() {
        ring.submit(READ);
        ring.submit(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(3, 0).withUserData(4));
        assertThat(reaped())
                .containsExactly(
                        new CompletionQueueEntry(3, Errno.ECANCELED.status(), 0, 0),
                        new CompletionQueueEntry(4, 0, 0, 0));
    }

    @Test
    void aRingWithoutRoomTakesNothing() {
        ring.room(0);
        assertThat(ring.submit(READ)).isFalse();
    }

    @Test
    void aBrokenRingAnswersWhatIsOutstanding() {
        ring.submit(READ);
        ring.breakDown();
        assertThat(reaped()).containsExactly(new CompletionQueueEntry(3, Errno.ENODEV.status(), 0, 0));
        assertThatThrownBy(() -> ring.submit(READ))
                .isInstanceOf(SchemeException.class)
                .hasMessageContaining("ESHUTDOWN");
    }

    @Test
    void aCallWaitsUntilTheWorldAnswers() {
        context.world(() -> ring.kept().forEach(request -> request.complete(7)));
        assertThat(ring.call(READ).status()).isEqualTo(7);
        assertThat(reaped()).isEmpty();
    }
}
