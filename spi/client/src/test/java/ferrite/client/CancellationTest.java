package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

@SuppressWarnings("FutureReturnValueIgnored") // forgotten futures are what is tested
class CancellationTest {
    @Test
    void aRequestThatWaitsForRoomIsCancelledWithoutBeingSent() {
        Rig rig = new Rig(FakeRing.SILENT, new RingParameters(1, 4), 8);
        rig.handle().nop();
        RequestFuture<Long> waiting = rig.handle().nop();
        rig.reactor.poll(16);
        rig.reactor.poll(16);
        RequestFuture<Long> third = rig.handle().nop();
        rig.reactor.runUntil(() -> true);
        BufferSlice buffer = rig.slice(8);
        RequestFuture<Long> fourth = rig.handle().pread(1, buffer, 0);
        rig.reactor.poll(16);
        assertThat(FakePool.isGuarded(buffer)).as("guarded while it waits").isTrue();
        fourth.cancel(false);
        third.cancel(false);
        rig.settle();
        assertThat(fourth).isCancelled();
        assertThat(third).isCancelled();
        assertThat(waiting).isNotDone();
        assertThat(FakePool.isGuarded(buffer)).isFalse();
        assertThat(rig.ring.seen(Opcode.PREAD)).isEmpty();
    }

    @Test
    void aResultThatWasQuickerThanTheCancellationCounts() {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<Long> future = rig.handle().nop();
        rig.reactor.poll(16);
        future.cancel(false);
        rig.ring.complete(rig.ring.seen().getFirst().tag(), 42);
        rig.settle();
        assertThat(future).isCompletedWithValue(42L);
    }

    @Test
    void aRingFullOfRequestsThatNeverEndCanStillCancelThem() {
        Rig rig = new Rig(
                (ring, sent) -> {
                    if (sent.opcode() == Opcode.CANCEL.code()) {
                        ring.answerCancel(sent);
                    }
                },
                new RingParameters(4, 16),
                64);
        List<RequestFuture<Long>> futures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            futures.add(rig.handle().nop());
        }
        rig.settle();
        futures.forEach(future -> future.cancel(false));
        rig.settle();
        assertThat(futures).allMatch(RequestFuture::isCancelled);
        assertThat(rig.meter().used()).isZero();
    }

    @Test
    void cancellingTwiceSendsOneCancellation() {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<Long> future = rig.handle().nop();
        rig.reactor.poll(16);
        future.cancel(false);
        future.cancel(true);
        rig.settle();
        assertThat(rig.ring.seen(Opcode.CANCEL)).hasSize(1);
    }

    @Test
    void cancellingWhatHasEndedReachesNobodyElse() {
        Rig rig = new Rig(FakeRing.OK);
        List<Long> contexts = new ArrayList<>();
        PreparedRequest nop = rig.reactor.prepare(rig.id, Entries.nop(), (context, _, _, _) -> contexts.add(context));
        long first = nop.submit(1);
        rig.settle();
        nop.submit(2);
        nop.cancel(first);
        rig.settle();
        assertThat(contexts).containsExactly(1L, 2L);
        assertThat(rig.ring.seen(Opcode.CANCEL)).isEmpty();
    }

    @Test
    void anErrorWithoutOurCancellationIsNotCancelledByUs() {
        Rig rig = new Rig((ring, sent) -> ring.complete(sent.tag(), Errno.ECANCELED.status()));
        RequestFuture<Long> future = rig.handle().nop();
        rig.settle();
        assertThat(Rig.errnoOf(future)).isEqualTo(Errno.ECANCELED);
    }

    /// Every request ends exactly once, every buffer comes back, whatever is cancelled when.
    @Test
    void underRandomCancellationEveryRequestEndsOnceAndEveryBufferComesBack(TestReporter reporter) {
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        reporter.publishEntry("SEED", Long.toString(seed));
        List<FakeRing.Sent> open = new ArrayList<>();
        Rig rig = new Rig(
                (ring, sent) -> {
                    if (sent.opcode() == Opcode.CANCEL.code()) {
                        boolean found = open.removeIf(
                                other -> other.tag() == sent.entry().additional1());
                        if (found) {
                            ring.complete(sent.entry().additional1(), Errno.ECANCELED.status());
                        }
                        ring.complete(sent.tag(), found ? 1 : Errno.ENOENT.status());
                    } else {
                        open.add(sent);
                    }
                },
                new RingParameters(4, 16),
                32);
        List<RequestFuture<Long>> futures = new ArrayList<>();
        futures.add(rig.handle().nop());
        int asked = 0;
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    BufferSlice buffer = rig.slice(8);
                    RequestFuture<Long> future = rig.handle().pread(1, buffer, asked++);
                    future.whenComplete((_, _) -> buffer.close());
                    futures.add(future);
                }
                case 1 -> futures.get(random.nextInt(futures.size())).cancel(false);
                case 2 -> {
                    if (!open.isEmpty()) {
                        FakeRing.Sent sent = open.remove(random.nextInt(open.size()));
                        rig.ring.complete(sent.tag(), 8);
                    }
                }
                default -> rig.reactor.poll(1 + random.nextInt(8));
            }
        }
        futures.forEach(future -> future.cancel(false));
        while (rig.reactor.poll(64) > 0 || !open.isEmpty()) {
            // cancellations go out as there is room
        }
        assertThat(futures).allMatch(RequestFuture::isDone);
        assertThat(rig.pool.slicesInUse()).isZero();
        assertThat(rig.meter()).isEqualTo(new RingMeter(64, 0, 0, rig.meter().unknown(), 0));
        assertThat(rig.meter().unknown()).isZero();
        assertThat(rig.uncaught).isEmpty();
    }
}
