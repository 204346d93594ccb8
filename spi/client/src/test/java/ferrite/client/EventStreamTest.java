package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.scheme.EventFlags;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private final Rig rig = new Rig(FakeRing.SILENT);
    private final Collector<Event> collector = new Collector<>();

    @Test
    void subscribingArmsAMultiShotWatch() {
        watch();
        assertThat(rig.ring.seenLast().opcode()).isEqualTo(Opcode.REGISTER_EVENTS.code());
        assertThat(rig.ring.seenLast().entry().flags()).isEqualTo(SqeFlags.SUBSCRIBE);
        assertThat(rig.ring.seenLast().entry().syscallFlags()).isEqualTo(EventFlags.READ);
    }

    @Test
    void noMoreComesThanWasAskedFor() {
        watch();
        request(1);
        post(EventFlags.READ);
        post(EventFlags.READ);
        assertThat(collector.items).hasSize(1);
    }

    @Test
    void eventsThatComeFasterThanTheyAreAskedForAreOneWithAllBits() {
        watch();
        post(EventFlags.READ);
        post(EventFlags.WRITE);
        request(5);
        assertThat(collector.items).containsExactly(new Event(EventFlags.READ | EventFlags.WRITE, 0, false));
    }

    @Test
    void cancellingTheSubscriptionCancelsTheWatchAndSilencesIt() {
        watch();
        request(5);
        collector.subscription().cancel();
        rig.settle();
        long tag = rig.ring.seen().getFirst().tag();
        assertThat(rig.ring.seen(Opcode.CANCEL))
                .extracting(sent -> sent.entry().additional1())
                .containsExactly(tag);
        rig.ring.post(tag, EventFlags.READ);
        rig.ring.complete(tag, Errno.ECANCELED.status(), CqeFlags.EVENT | CqeFlags.LAST_UPDATE, 0);
        rig.settle();
        assertThat(collector.items).isEmpty();
        assertThat(collector.error).isNull();
        assertThat(rig.meter().used()).isZero();
    }

    @Test
    void anErrorOfTheWatchEndsTheStream() {
        watch();
        complete(Errno.EBADF.status());
        assertThat(collector.error)
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        thrown -> assertThat(thrown.errno()).isEqualTo(Errno.EBADF));
        assertThat(collector.completed).isFalse();
    }

    @Test
    void theEndWaitsUntilTheLastItemWasAskedFor() {
        watch();
        complete(EventFlags.READ);
        assertThat(collector.completed).isFalse();
        request(1);
        assertThat(collector.items).containsExactly(new Event(EventFlags.READ, 0, true));
        assertThat(collector.completed).isTrue();
    }

    @Test
    void askingForNothingIsAnErrorOfTheSubscriber() {
        watch();
        request(0);
        assertThat(collector.error).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStreamThatKeepsEveryEventEndsWhenTheyAreTooMany() {
        rig.handle().stream(Entries.watch(3, EventFlags.READ), 2).subscribe(collector);
        rig.settle();
        post(1);
        post(2);
        post(3);
        assertThat(rig.ring.seen(Opcode.CANCEL)).hasSize(1);
        complete(Errno.ECANCELED.status());
        request(5);
        assertThat(collector.items).containsExactly(new Event(1, 0, false), new Event(2, 0, false));
        assertThat(collector.error)
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        thrown -> assertThat(thrown.errno()).isEqualTo(Errno.ENOBUFS));
    }

    @Test
    void aSubscriberThatThrowsIsCancelledAndHarmsNobody() {
        RequestFuture<Long> other = rig.handle().nop();
        rig.handle().events(3, EventFlags.READ).subscribe(new java.util.concurrent.Flow.Subscriber<>() {
            @Override
            public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(Event item) {
                throw new IllegalStateException("subscriber");
            }

            @Override
            public void onError(Throwable thrown) {
                throw new AssertionError("no call after a throw", thrown);
            }

            @Override
            public void onComplete() {
                throw new AssertionError("no call after a throw");
            }
        });
        rig.settle();
        rig.ring.post(rig.ring.seen(Opcode.REGISTER_EVENTS).getFirst().tag(), 1);
        rig.ring.complete(rig.ring.seen(Opcode.NOP).getFirst().tag(), 0);
        rig.settle();
        assertThat(other).isDone();
        assertThat(rig.uncaught).hasSize(1);
        assertThat(rig.ring.seen(Opcode.CANCEL)).hasSize(1);
    }

    @Test
    void aFullTableIsToldToTheSubscriber() {
        Rig full = new Rig(FakeRing.SILENT, Rig.SMALL, 1);
        full.reactor.prepare(full.id, Entries.nop(), (_, _, _, _) -> {}).submit(0);
        full.handle().events(3, EventFlags.READ).subscribe(collector);
        full.settle();
        assertThat(collector.error)
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        thrown -> assertThat(thrown.errno()).isEqualTo(Errno.EAGAIN));
    }

    private void watch() {
        rig.handle().events(3, EventFlags.READ).subscribe(collector);
        rig.settle();
    }

    private void request(long n) {
        collector.subscription().request(n);
        rig.settle();
    }

    private void post(long bits) {
        rig.ring.post(rig.ring.seen().getFirst().tag(), bits);
        rig.settle();
    }

    private void complete(long status) {
        rig.ring.complete(rig.ring.seen().getFirst().tag(), status, CqeFlags.EVENT | CqeFlags.LAST_UPDATE, 0);
        rig.settle();
    }
}
