package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.scheme.EventFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the predecessor of this library, redox-iou, got wrong: one test for each defect, which fails on its behaviour.
/// Its left-over debug print is the business of `NoPathsTest`, which lets nothing here print.
@SuppressWarnings("FutureReturnValueIgnored") // forgotten futures are what is tested
@Timeout(60)
class OriginalDefectsTest {
    private static final FakeRing.Server LATE = FakeRing.SILENT;

    // Reactor

    @Test
    void aRingIdOfAnotherReactorIsAnErrorThatSaysSoAndNotAPanic() {
        Rig one = new Rig(FakeRing.OK);
        Rig other = new Rig(FakeRing.OK);
        assertThatThrownBy(() -> one.reactor.handle(other.id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reactor " + other.id.reactor())
                .hasMessageContaining("this is reactor " + one.id.reactor());
    }

    @Test
    void aSecondPrimaryRingIsNotAPanic() {
        Rig rig = new Rig(FakeRing.OK);
        FakeRing second = new FakeRing(Rig.SMALL, FakeRing.OK);
        PrimaryRingId id = rig.reactor.addPrimary(second, Rig.SMALL);
        RequestFuture<Long> future = rig.reactor.handle(id).nop();
        rig.settle();
        assertThat(future).isCompletedWithValue(0L);
    }

    @Test
    void aReactorWithoutAPrimaryRingIsNotAPanic() {
        assertThatCode(() -> Reactor.builder(new FakePool()).build().poll(1)).doesNotThrowAnyException();
    }

    @Test
    void producersDoNotNeedAPrimaryRing() {
        Reactor reactor = Reactor.builder(new FakePool()).build();
        FakeSocket socket = new FakeSocket();
        Collector<Arrival> collector = new Collector<>();
        reactor.requests(reactor.addProducer(socket, 4)).subscribe(collector);
        reactor.poll(16);
        collector.subscription().request(1);
        socket.ring.add(new FakeRequest(1));
        reactor.poll(16);
        assertThat(collector.items).hasSize(1);
    }

    @Test
    void addingASecondaryRingNeedsNoRoomInAFullPrimaryQueue() {
        Rig rig = new Rig(LATE, new RingParameters(1, 2), 8);
        rig.handle().nop();
        rig.handle().nop();
        rig.reactor.poll(16);
        assertThat(rig.meter().waiting()).as("the queue is full").isPositive();
        FakeRing secondary = new FakeRing(Rig.SMALL, FakeRing.OK);
        assertThatCode(() -> rig.reactor.addSecondary(secondary, Rig.SMALL)).doesNotThrowAnyException();
    }

    @Test
    void oneRingCannotCompleteTheRequestOfAnother() {
        Rig rig = new Rig(LATE);
        FakeRing hostile = new FakeRing(Rig.SMALL, LATE);
        SecondaryRingId hostileId = rig.reactor.addSecondary(hostile, Rig.SMALL);
        RequestFuture<Long> future = rig.handle().nop();
        rig.reactor.poll(16);
        hostile.complete(rig.ring.seenLast().tag(), 0);
        rig.settle();
        assertThat(future).isNotDone();
        assertThat(rig.reactor.meter(hostileId).unknown()).isEqualTo(1);
    }

    @Test
    void anUntrustedPeerThatGuessesTagsIsCountedAndIgnored() {
        Rig rig = new Rig(LATE);
        RequestFuture<Long> future = rig.handle().nop();
        rig.reactor.poll(16);
        long tag = rig.ring.seenLast().tag();
        long[] guesses = {tag + 1, tag + (1L << 32), -1, Long.MIN_VALUE, Long.MAX_VALUE & ~RequestTable.CONTROL, 1 << 20
        };
        for (long guess : guesses) {
            rig.ring.complete(guess, 0);
        }
        rig.settle();
        assertThat(future).isNotDone();
        assertThat(rig.meter().unknown()).isPositive();
    }

    @Test
    void userDataZeroNamesNothingWhenNothingIsInFlight() {
        Rig rig = new Rig(LATE);
        rig.ring.complete(0, Errno.ENOSPC.status());
        rig.settle();
        assertThat(rig.meter().unknown()).isEqualTo(1);
        assertThat(rig.uncaught).isEmpty();
    }

    @Test
    void tagsAreUsedAgainAndTheTableDoesNotGrow() {
        Rig rig = new Rig(FakeRing.OK, Rig.SMALL, 8);
        for (int i = 0; i < 10_000; i++) {
            rig.handle().nop();
            rig.settle();
        }
        assertThat(rig.meter()).isEqualTo(new RingMeter(16, 0, 0, 0, 0));
        assertThat(rig.ring.seen()).as("places that were used").allMatch(sent -> (int) sent.tag() < 16);
    }

    @Test
    void aCompletedTagNamesNothingAnyMore() {
        Rig rig = new Rig(LATE);
        rig.handle().nop();
        rig.reactor.poll(16);
        long old = rig.ring.seenLast().tag();
        rig.ring.complete(old, 0);
        rig.settle();
        RequestFuture<Long> next = rig.handle().nop();
        rig.reactor.poll(16);
        rig.ring.complete(old, 0);
        rig.settle();
        assertThat(next).isNotDone();
    }

    @Test
    void aTagThatCountsOverStartsAgainInsteadOfPanicking() {
        RequestTable table = new RequestTable(1, (1 << 29) - 1);
        int place = table.take(Entries.nop(), null, 0, (_, _, _, _) -> {}, 0, false);
        long last = table.tag(place);
        table.release(place);
        assertThat(table.take(Entries.nop(), null, 0, (_, _, _, _) -> {}, 0, false))
                .isEqualTo(place);
        assertThat(table.tag(place)).isEqualTo(place).isNotEqualTo(last);
    }

    @Test
    void anEventForARequestThatExpectsOneCompletionDoesNotEndIt() {
        Rig rig = new Rig(LATE);
        RequestFuture<Long> future = rig.handle().nop();
        rig.reactor.poll(16);
        rig.ring.post(rig.ring.seenLast().tag(), 1);
        rig.settle();
        assertThat(future).isNotDone();
        assertThat(rig.meter().stray()).isEqualTo(1);
    }

    @Test
    void anErrorOfARingReachesItsRequestsAndNotWhoDrives() {
        Rig rig = new Rig(LATE, new RingParameters(1, 4), 8);
        RequestFuture<Long> sent = rig.handle().nop();
        RequestFuture<Long> waiting = rig.handle().nop();
        rig.reactor.poll(16);
        rig.ring.state(RingState.BROKEN);
        rig.ring.complete(rig.ring.seen().getFirst().tag(), Errno.EPROTO.status());
        RequestFuture<Long> late = rig.handle().nop();
        assertThatCode(rig::settle).doesNotThrowAnyException();
        assertThat(Rig.errnoOf(sent)).isEqualTo(Errno.EPROTO);
        assertThat(List.of(waiting.isDone(), late.isDone())).containsOnly(true);
        assertThat(Rig.errnoOf(late)).isEqualTo(Errno.ESHUTDOWN);
    }

    // Full queues

    @Test
    void aFullQueueIsNotAPanicAndLosesNothingAndKeepsTheOrder() {
        Rig rig = new Rig(FakeRing.OK, new RingParameters(2, 8), 256);
        List<RequestFuture<Long>> futures = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            futures.add(rig.handle().timeout(i));
        }
        rig.settle();
        assertThat(futures).allMatch(RequestFuture::isDone);
        assertThat(rig.ring.seen())
                .extracting(sent -> sent.entry().offset())
                .isSorted()
                .hasSize(200);
    }

    @Test
    void whatWaitsForRoomIsSentInTheTurnThatMadeRoom() {
        Rig rig = new Rig(LATE, new RingParameters(1, 4), 8);
        rig.handle().nop();
        RequestFuture<Long> waiting = rig.handle().nop();
        rig.reactor.poll(16);
        rig.reactor.poll(16);
        rig.ring.complete(rig.ring.seen().getFirst().tag(), 0);
        rig.reactor.poll(16);
        assertThat(rig.ring.seen()).hasSize(2);
        rig.ring.complete(rig.ring.seenLast().tag(), 0);
        rig.reactor.poll(16);
        assertThat(waiting).isCompletedWithValue(0L);
    }

    @Test
    void moreThanTheBoundIsAnAnswerAndNotGrowth() {
        Rig rig = new Rig(LATE, new RingParameters(1, 2), 4);
        List<RequestFuture<Long>> futures = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            futures.add(rig.handle().nop());
        }
        rig.reactor.poll(16);
        assertThat(Rig.errnoOf(futures.getLast())).isEqualTo(Errno.EAGAIN);
        assertThat(futures.subList(0, 4)).noneMatch(RequestFuture::isDone);
    }

    @Test
    void howManyMayBeInFlightFollowsTheCompletionEntriesAndNotTheSubmissionEntries() {
        Rig rig = new Rig(LATE, new RingParameters(4, 64), 64);
        for (int i = 0; i < 40; i++) {
            rig.handle().nop();
        }
        for (int i = 0; i < 40; i++) {
            rig.reactor.poll(16);
        }
        assertThat(rig.ring.seen())
                .as("32 records, one kept for a cancellation")
                .hasSize(31);
    }

    @Test
    void theFreeCountIsNotTheCountOfWhatIsThere() {
        Rig rig = new Rig(LATE, Rig.SMALL, 8);
        rig.handle().nop();
        rig.reactor.poll(16);
        assertThat(rig.meter().used()).isEqualTo(1);
        assertThat(rig.meter().free()).isEqualTo(15);
    }

    // Producer streams

    @Test
    void aFullProducerStreamLeavesRequestsInTheRingAndDoesNotSpin() {
        Producer producer = new Producer(2);
        producer.ring(5);
        producer.reactor.poll(64);
        int polls = producer.socket.polls;
        assertThat(producer.socket.ring).hasSize(3);
        assertThat(producer.reactor.poll(64)).isZero();
        assertThat(producer.socket.polls).isEqualTo(polls);
    }

    @Test
    void aDrainedProducerStreamLooksAtItsRingAgainWithoutAnotherEvent() {
        Producer producer = new Producer(2);
        producer.ring(5);
        producer.reactor.poll(64);
        producer.collector.subscription().request(5);
        producer.reactor.poll(64);
        assertThat(producer.collector.items).hasSize(5);
    }

    // Futures

    @Test
    void forgettingAFutureKeepsItsBufferUntilThePeerHasLetGo() {
        Rig rig = new Rig(LATE);
        BufferSlice buffer = rig.slice(16);
        rig.handle().pread(3, buffer, 0);
        rig.reactor.poll(16);
        buffer.close();
        rig.reactor.poll(16);
        assertThat(rig.pool.slicesInUse()).as("the peer may still write").isEqualTo(1);
    }

    @Test
    void theBufferOfAForgottenFutureIsNotLeaked() {
        Rig rig = new Rig(LATE);
        BufferSlice buffer = rig.slice(16);
        rig.handle().pread(3, buffer, 0);
        rig.reactor.poll(16);
        buffer.close();
        rig.ring.complete(rig.ring.seenLast().tag(), 16);
        rig.settle();
        assertThat(rig.pool.slicesInUse()).isZero();
        assertThat(rig.meter().used()).isZero();
    }

    @Test
    void cancellingAFutureSendsACancellationAndWaitsForItsAnswer() {
        Rig rig = new Rig(LATE);
        BufferSlice buffer = rig.slice(16);
        RequestFuture<Long> future = rig.handle().pread(3, buffer, 0);
        rig.reactor.poll(16);
        long tag = rig.ring.seenLast().tag();
        future.cancel(true);
        rig.settle();
        assertThat(rig.ring.seen(Opcode.CANCEL))
                .extracting(sent -> sent.entry().additional1())
                .containsExactly(tag);
        assertThat(future).isNotDone();
        assertThat(FakePool.isGuarded(buffer)).isTrue();
        rig.ring.complete(tag, Errno.ECANCELED.status());
        rig.settle();
        assertThat(future).isCancelled();
        assertThat(FakePool.isGuarded(buffer)).isFalse();
    }

    @Test
    void completingAFutureByForceDoesNotFreeItsBuffer() {
        Rig rig = new Rig(LATE);
        BufferSlice buffer = rig.slice(16);
        RequestFuture<Long> future = rig.handle().pread(3, buffer, 0);
        rig.reactor.poll(16);
        future.complete(99L);
        buffer.close();
        rig.settle();
        assertThat(rig.pool.slicesInUse()).isEqualTo(1);
    }

    @Test
    void theItemThatCarriesLastUpdateIsDelivered() {
        Rig rig = new Rig(LATE);
        Collector<Event> collector = new Collector<>();
        rig.handle().events(3, EventFlags.READ).subscribe(collector);
        rig.reactor.poll(16);
        collector.subscription().request(10);
        rig.settle();
        long tag = rig.ring.seenLast().tag();
        rig.ring.post(tag, EventFlags.READ);
        rig.ring.complete(tag, EventFlags.WRITE, CqeFlags.EVENT | CqeFlags.LAST_UPDATE, 0);
        rig.settle();
        assertThat(collector.items)
                .containsExactly(new Event(EventFlags.READ, 0, false), new Event(EventFlags.WRITE, 0, true));
        assertThat(collector.completed).isTrue();
    }

    // Executor

    @Test
    void aThousandTasksFromAnotherThreadRun() throws InterruptedException {
        Rig rig = new Rig(FakeRing.OK);
        List<Integer> ran = new ArrayList<>();
        Thread spawner = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 1000; i++) {
                int number = i;
                rig.reactor.execute(() -> ran.add(number));
            }
        });
        rig.reactor.runUntil(() -> ran.size() == 1000);
        spawner.join();
        assertThat(ran).hasSize(1000).isSorted();
    }

    @Test
    void aWakeOfASleepingOwnerIsNotLost() throws Exception {
        Rig rig = new Rig(LATE);
        Thread owner = Thread.ofPlatform().start(rig.reactor::run);
        while (rig.ring.blocked() == 0) {
            Thread.onSpinWait();
        }
        CompletableFuture<Boolean> interrupted =
                rig.reactor.spawn(() -> Thread.currentThread().isInterrupted());
        assertThat(interrupted.get())
                .as("the wake shows as an interrupt to the task")
                .isFalse();
        rig.reactor.close();
        owner.join();
        assertThat(owner.isAlive()).isFalse();
    }

    // Arguments that do not fit

    @Test
    void aNegativeDescriptorOrLengthIsAnErrorOfTheRequestAndNotAPanic() {
        Rig rig = new Rig(LATE);
        BufferSlice buffer = rig.slice(8);
        assertThat(Rig.errnoOf(rig.handle().read(-1, buffer))).isEqualTo(Errno.EBADF);
        assertThat(Rig.errnoOf(rig.handle().pread(1, buffer, -1))).isEqualTo(Errno.EINVAL);
        assertThat(Rig.errnoOf(rig.handle().mmap(1, 0, -1))).isEqualTo(Errno.E2BIG);
        assertThat(Rig.errnoOf(rig.handle().closeRange(1, -1))).isEqualTo(Errno.E2BIG);
    }

    /// A reactor that serves, with a subscriber that asks for nothing by itself.
    private static final class Producer {
        final Reactor reactor = Reactor.builder(new FakePool()).build();
        final FakeSocket socket = new FakeSocket();
        final Collector<Arrival> collector = new Collector<>();

        Producer(int capacity) {
            reactor.requests(reactor.addProducer(socket, capacity)).subscribe(collector);
            reactor.poll(64);
        }

        void ring(int requests) {
            for (int i = 0; i < requests; i++) {
                socket.ring.add(new FakeRequest(i));
            }
        }
    }
}
