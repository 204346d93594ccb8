package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Close from either end, at every step of a request's life.
class CloseTest {
    private static final SubmissionQueueEntry WORK = RingRig.work();

    private record Step(String name, Consumer<RingRig> action) {}

    /// The life of four requests with buffers, one step after the other; a test closes before, between or after them.
    private static List<Step> life() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("nothing", _ -> {}));
        steps.add(new Step("submit", rig -> {
            submit(rig, WORK, 1);
            submit(rig, WORK.withFlags(SqeFlags.SUBSCRIBE), 2);
            submit(rig, WORK.withFlags(SqeFlags.DRAIN), 3);
            submit(rig, WORK.withFlags(SqeFlags.CHAIN), 4);
        }));
        steps.add(new Step("receive", RingRig::serve));
        steps.add(new Step("post", rig -> rig.post(2, 1)));
        steps.add(new Step("cancel", rig -> rig.ring.consumer().cancel(1)));
        steps.add(new Step("tell", RingRig::told));
        steps.add(new Step("answer", rig -> rig.answer(1, 0)));
        steps.add(new Step("reap", RingRig::reap));
        steps.add(new Step("end of the multi-shot request", rig -> rig.answer(2, 0)));
        steps.add(new Step("receive the drain", RingRig::serve));
        steps.add(new Step("answer the drain", rig -> rig.answer(3, 0)));
        return steps;
    }

    private static void submit(RingRig rig, SubmissionQueueEntry entry, long userData) {
        BufferSlice buffer = rig.buffer(4096);
        assertThat(rig.submit(entry, buffer, userData)).isTrue();
        buffer.close(); // from here on only the ring's guard keeps the bytes
    }

    private static RingRig after(int steps) {
        RingRig rig = new RingRig(8, 32);
        life().subList(0, steps + 1).forEach(step -> step.action.accept(rig));
        return rig;
    }

    @TestFactory
    List<DynamicTest> bytesComeBackWhenTheAskerClosesFirst() {
        return atEveryStep(rig -> {
            rig.ring.consumer().close();
            rig.told();
            rig.ring.producer().forEachReceived(record -> rig.ring.producer().complete(record, 0, 0));
            while (!rig.serve().isEmpty()) {
                rig.ring
                        .producer()
                        .forEachReceived(record -> rig.ring.producer().complete(record, 0, 0));
            }
            assertThat(rig.ring.producer().drained()).isTrue();
        });
    }

    @TestFactory
    List<DynamicTest> bytesComeBackWhenTheServerClosesFirst() {
        return atEveryStep(rig -> {
            rig.ring.producer().close(Errno.ENODEV);
            rig.reap();
            assertThat(rig.ring.consumer().inFlight()).isZero();
            rig.ring.consumer().close();
        });
    }

    @TestFactory
    List<DynamicTest> bytesComeBackWhenBothCloseAndNobodyReaps() {
        return atEveryStep(rig -> {
            rig.ring.producer().close(Errno.ENODEV);
            rig.ring.consumer().close();
        });
    }

    @TestFactory
    List<DynamicTest> bytesComeBackWhenTheAskerClosesAndThenTheServer() {
        return atEveryStep(rig -> {
            rig.ring.consumer().close();
            rig.ring.producer().close(Errno.ENODEV);
        });
    }

    @TestFactory
    List<DynamicTest> bytesComeBackWhenTheRingIsBrokenAndAbandoned() {
        return atEveryStep(rig -> {
            rig.ring.set(Ring.BROKEN);
            rig.ring.producer().abandon();
            rig.reap();
            assertThat(rig.ring.consumer().inFlight()).isZero();
            rig.ring.consumer().close();
        });
    }

    @TestFactory
    List<DynamicTest> bytesComeBackWhenTheAskerOfABrokenRingCloses() {
        return atEveryStep(rig -> {
            rig.ring.set(Ring.BROKEN);
            rig.ring.consumer().close();
            rig.ring.producer().abandon();
        });
    }

    private static List<DynamicTest> atEveryStep(Consumer<RingRig> close) {
        List<DynamicTest> tests = new ArrayList<>();
        List<Step> life = life();
        for (int i = 0; i < life.size(); i++) {
            int steps = i;
            tests.add(DynamicTest.dynamicTest("after " + life.get(i).name, () -> {
                RingRig rig = after(steps);
                close.accept(rig);
                assertThat(rig.ring.state()).isIn(RingState.CLOSED, RingState.BROKEN);
                assertThat(rig.bytesInUse()).isZero();
                assertThat(rig.submit(WORK, 99)).isFalse();
                assertThat(rig.serve()).isEmpty();
            }));
        }
        return tests;
    }

    @Test
    void answersFromBeforeTheServersCloseAreDelivered() {
        RingRig rig = new RingRig();
        rig.submit(WORK, 1);
        rig.submit(WORK, 2);
        rig.serve();
        rig.answer(1, 11);
        rig.ring.producer().close(Errno.ENODEV);
        assertThat(rig.reaped()).isEqualTo("1=11 2=ENODEV");
    }

    @Test
    void successorsInAChainEndOnceWhenTheServerCloses() {
        RingRig rig = new RingRig();
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 1);
        rig.submit(WORK.withFlags(SqeFlags.CHAIN), 2);
        rig.submit(WORK, 3);
        rig.serve();
        rig.ring.producer().close(Errno.ENODEV);
        assertThat(rig.reap()).extracting(RingRig.Done::userData).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void secondCloseDoesNothing() {
        RingRig rig = after(4);
        rig.ring.consumer().close();
        rig.ring.consumer().close();
        rig.ring.producer().close(Errno.ENODEV);
        assertThatCode(() -> rig.ring.producer().close(Errno.EIO)).doesNotThrowAnyException();
        assertThat(rig.bytesInUse()).isZero();
    }

    @Test
    void answerAfterTheServersCloseIsRefused() {
        RingRig rig = new RingRig();
        rig.submit(WORK, 1);
        rig.serve();
        InFlight record = rig.take(1);
        rig.ring.producer().close(Errno.ENODEV);
        assertThat(rig.ring.producer().complete(record, 0, 0)).isFalse();
    }

    @Test
    void bytesOfAClosedAskerStayUntilTheServerLetsGo() {
        RingRig rig = new RingRig();
        submit(rig, WORK, 1);
        rig.serve();
        rig.ring.consumer().close();
        assertThat(rig.ring.producer().drained()).isFalse();
        assertThat(rig.bytesInUse()).isNotZero();
        rig.answer(1, 0);
        assertThat(rig.ring.producer().drained()).isTrue();
        assertThat(rig.bytesInUse()).isZero();
    }

    @Test
    void closedAskerReapsNothing() {
        RingRig rig = new RingRig();
        rig.submit(WORK, 1);
        rig.serve();
        rig.ring.consumer().close();
        rig.answer(1, 0);
        rig.ring.producer().drained();
        assertThat(rig.reap()).isEmpty();
    }
}
