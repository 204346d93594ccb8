package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SuppressWarnings("FutureReturnValueIgnored") // forgotten futures are what is tested
@Timeout(60)
class ReactorTest {
    @Test
    void aCallbackThatThrowsIsToldAndHarmsNoOther() {
        Rig rig = new Rig(FakeRing.OK);
        PreparedRequest bad = rig.reactor.prepare(rig.id, Entries.nop(), (_, _, _, _) -> {
            throw new IllegalStateException("callback");
        });
        bad.submit(0);
        RequestFuture<Long> good = rig.handle().nop();
        rig.settle();
        assertThat(good).isDone();
        assertThat(rig.uncaught)
                .singleElement()
                .satisfies(thrown -> assertThat(thrown).hasMessage("callback"));
    }

    @Test
    void aCallbackMayNotDriveItsReactor() {
        Rig rig = new Rig(FakeRing.OK);
        rig.reactor
                .prepare(rig.id, Entries.nop(), (_, _, _, _) -> rig.reactor.poll(1))
                .submit(0);
        rig.settle();
        assertThat(rig.uncaught)
                .singleElement()
                .satisfies(thrown -> assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("must not drive"));
    }

    @Test
    void aCallbackMaySendTheNextRequest() {
        Rig rig = new Rig(FakeRing.OK, Rig.SMALL, 1);
        List<Long> contexts = new ArrayList<>();
        PreparedRequest[] self = new PreparedRequest[1];
        self[0] = rig.reactor.prepare(rig.id, Entries.nop(), (context, _, _, _) -> {
            contexts.add(context);
            if (context < 100) {
                self[0].submit(context + 1);
            }
        });
        self[0].submit(1);
        rig.settle();
        assertThat(contexts).hasSize(100);
    }

    @Test
    void aFullTableIsAnAnswer() {
        Rig rig = new Rig(FakeRing.SILENT, Rig.SMALL, 2);
        PreparedRequest nop = rig.reactor.prepare(rig.id, Entries.nop(), (_, _, _, _) -> {});
        nop.submit(0);
        nop.submit(0);
        assertThat(nop.submit(0)).isEqualTo(PreparedRequest.FULL);
    }

    @Test
    void theOwnersRequestsDoNotLockOutOtherThreadsAndTheOtherWayRound() {
        Rig rig = new Rig(FakeRing.SILENT, new RingParameters(4, 64), 2);
        PreparedRequest nop = rig.reactor.prepare(rig.id, Entries.nop(), (_, _, _, _) -> {});
        nop.submit(0);
        nop.submit(0);
        rig.handle().nop();
        rig.handle().nop();
        rig.settle();
        assertThat(rig.ring.seen()).hasSize(4);
    }

    @Test
    void messagesOfOtherRingsGoToTheirOwnCallbackWhateverTheirUserData() {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<Long> future = rig.handle().nop();
        rig.reactor.poll(16);
        List<Long> messages = new ArrayList<>();
        rig.reactor.onMessage(rig.id, (userData, status, _, _) -> messages.add(userData + status));
        rig.ring.complete(rig.ring.seenLast().tag(), 5, CqeFlags.MESSAGE, 0);
        rig.settle();
        assertThat(messages).containsExactly(rig.ring.seenLast().tag() + 5);
        assertThat(future).isNotDone();
    }

    @Test
    void aRemovedRingGivesItsPlaceToAnotherAndItsIdNamesNothing() {
        Rig rig = new Rig(FakeRing.OK);
        rig.reactor.remove(rig.id);
        PrimaryRingId next = rig.reactor.addPrimary(rig.ring, Rig.SMALL);
        assertThat(next.index()).isEqualTo(rig.id.index());
        assertThatThrownBy(rig::handle).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRingWithRequestsIsNotRemoved() {
        Rig rig = new Rig(FakeRing.SILENT);
        rig.handle().nop();
        rig.reactor.poll(16);
        assertThatThrownBy(() -> rig.reactor.remove(rig.id))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has requests");
    }

    @Test
    void spawnTellsResultAndFailure() throws Exception {
        Rig rig = new Rig(FakeRing.OK);
        CompletableFuture<String> good = rig.reactor.spawn(() -> "done");
        CompletableFuture<String> bad = rig.reactor.spawn(() -> {
            throw new java.io.IOException("task");
        });
        rig.settle();
        assertThat(good.get()).isEqualTo("done");
        assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("task");
    }

    @Test
    void tasksAreBounded() {
        Rig rig = new Rig(FakeRing.OK);
        for (int i = 0; i < Inbox.TASKS_MAX; i++) {
            rig.reactor.execute(() -> {});
        }
        assertThatThrownBy(() -> rig.reactor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void closingCancelsWhatIsInFlightAndWaitsForItsEnd() {
        Rig rig = new Rig((ring, sent) -> {
            if (sent.opcode() == Opcode.CANCEL.code()) {
                ring.answerCancel(sent);
            }
        });
        Reactor reactor = Reactor.builder(rig.pool).build();
        PrimaryRingId id = reactor.addPrimary(rig.ring, Rig.SMALL);
        BufferSlice buffer = rig.slice(8);
        RequestFuture<Long> future = reactor.handle(id).pread(1, buffer, 0);
        reactor.poll(16);
        reactor.close();
        assertThat(Rig.errnoOf(future)).isEqualTo(Errno.ECANCELED);
        assertThat(FakePool.isGuarded(buffer)).isFalse();
    }

    @Test
    void closingDoesNotWaitForeverForAPeerThatDoesNotAnswer() {
        Rig rig = new Rig(FakeRing.SILENT);
        BufferSlice buffer = rig.slice(8);
        RequestFuture<Long> future = rig.handle().pread(1, buffer, 0);
        rig.reactor.poll(16);
        rig.reactor.close();
        assertThat(Rig.errnoOf(future)).isEqualTo(Errno.ETIMEDOUT);
        assertThat(FakePool.isGuarded(buffer)).as("the ring keeps the buffer").isTrue();
    }

    @Test
    void aClosedReactorRefusesEverything() {
        Rig rig = new Rig(FakeRing.OK);
        PreparedRequest nop = rig.reactor.prepare(rig.id, Entries.nop(), (_, _, _, _) -> {});
        rig.reactor.close();
        assertThat(Rig.errnoOf(rig.handle().nop())).isEqualTo(Errno.ESHUTDOWN);
        assertThat(Rig.errnoOf(rig.handle().chain().then(Entries.nop()).submit().getFirst()))
                .isEqualTo(Errno.ESHUTDOWN);
        assertThatThrownBy(() -> nop.submit(0)).isInstanceOf(SchemeException.class);
        assertThatThrownBy(() -> rig.reactor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(rig.reactor.spawn(() -> 1)).isCompletedExceptionally();
    }

    @Test
    void anInterruptOfTheOwnerEndsRunAndStaysSet() throws InterruptedException {
        Rig rig = new Rig(FakeRing.SILENT);
        CompletableFuture<Boolean> status = new CompletableFuture<>();
        Thread owner = Thread.ofPlatform().start(() -> {
            rig.reactor.run();
            status.complete(Thread.currentThread().isInterrupted());
        });
        owner.interrupt();
        owner.join();
        assertThat(status).isCompletedWithValue(true);
    }

    @Test
    void twoThreadsDoNotDriveAtOnce() throws InterruptedException {
        Rig rig = new Rig(FakeRing.SILENT);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread owner = Thread.ofPlatform()
                .start(() -> rig.reactor.runUntil(() -> {
                    inside.countDown();
                    awaitUninterrupted(go);
                    return true;
                }));
        inside.await();
        assertThatThrownBy(() -> rig.reactor.poll(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is driven by");
        go.countDown();
        owner.join();
    }

    @Test
    void runUntilGivesUpWhenTheTimeIsOver() {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<Long> future = rig.handle().nop();
        assertThat(rig.reactor.runUntil(future::isDone, 1_000_000)).isFalse();
        assertThat(rig.ring.seen()).hasSize(1);
    }

    @Test
    void aCompletionFromAnotherThreadEndsTheSleep() throws InterruptedException {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<Long> future = rig.handle().nop();
        Thread peer = Thread.ofPlatform().start(() -> {
            while (rig.ring.seen().isEmpty()) {
                Thread.onSpinWait();
            }
            rig.ring.complete(rig.ring.seenLast().tag(), 3);
        });
        assertThat(rig.reactor.runUntil(future::isDone)).isTrue();
        peer.join();
        assertThat(future).isCompletedWithValue(3L);
    }

    @Test
    void severalRingsAreWaitedFor() throws InterruptedException {
        Rig rig = new Rig(FakeRing.SILENT);
        FakeRing second = new FakeRing(Rig.SMALL, FakeRing.SILENT);
        Future<Long> future =
                rig.reactor.handle(rig.reactor.addSecondary(second, Rig.SMALL)).nop();
        Thread peer = Thread.ofPlatform().start(() -> {
            while (second.seen().isEmpty()) {
                Thread.onSpinWait();
            }
            second.complete(second.seenLast().tag(), 3);
        });
        assertThat(rig.reactor.runUntil(future::isDone)).isTrue();
        peer.join();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
