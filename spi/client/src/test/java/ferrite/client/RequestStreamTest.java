package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import org.junit.jupiter.api.Test;

class RequestStreamTest {
    private final Reactor reactor = Reactor.builder(new FakePool()).build();
    private final FakeSocket socket = new FakeSocket();
    private final ProducerRingId id = reactor.addProducer(socket, 2);
    private final Collector<Arrival> collector = new Collector<>();

    @Test
    void withoutASubscriberNothingIsTakenFromTheRing() {
        ring(3);
        reactor.poll(16);
        assertThat(socket.ring).hasSize(3);
    }

    @Test
    void noMoreIsDeliveredThanWasAskedForAndNoMoreTakenThanTheCapacity() {
        subscribe();
        request(1);
        ring(6);
        reactor.poll(16);
        assertThat(collector.items).hasSize(1);
        assertThat(socket.ring).hasSize(3);
    }

    @Test
    void aRequestThatIsCancelledBeforeItWasDeliveredIsAnsweredForTheSubscriber() {
        subscribe();
        FakeRequest request = new FakeRequest(1);
        socket.ring.add(request);
        reactor.poll(16);
        socket.cancels.add(request);
        reactor.poll(16);
        request(5);
        assertThat(collector.items).isEmpty();
        assertThat(request.status()).isEqualTo(Errno.ECANCELED.status());
    }

    @Test
    void aRequestThatIsCancelledAfterwardsIsToldToTheSubscriber() {
        subscribe();
        request(5);
        FakeRequest request = new FakeRequest(1);
        socket.ring.add(request);
        reactor.poll(16);
        socket.cancels.add(request);
        socket.detached.add(4);
        reactor.poll(16);
        assertThat(collector.items)
                .containsExactly(new Arrival.Asked(request), new Arrival.Cancelled(request), new Arrival.Detached(4));
    }

    @Test
    void aSecondSubscriberIsRefusedWhileThereIsOne() {
        subscribe();
        Collector<Arrival> second = new Collector<>();
        reactor.requests(id).subscribe(second);
        reactor.poll(16);
        assertThat(second.error).isInstanceOf(IllegalStateException.class).hasMessageContaining("has a subscriber");
    }

    @Test
    void whatACancelledSubscriberDidNotGetIsForTheNext() {
        subscribe();
        ring(2);
        reactor.poll(16);
        collector.subscription().cancel();
        Collector<Arrival> next = new Collector<>();
        reactor.requests(id).subscribe(next);
        reactor.poll(16);
        next.subscription().request(9);
        reactor.poll(16);
        assertThat(next.items).hasSize(2);
        assertThat(collector.items).isEmpty();
    }

    @Test
    void aSocketThatFailsEndsTheStream() {
        subscribe();
        socket.broken = true;
        reactor.poll(16);
        assertThat(collector.error).hasMessageContaining("replaced");
        assertThat(reactor.poll(16)).isZero();
    }

    @Test
    void removingTheRingCompletesTheStreamAndVoidsTheId() {
        subscribe();
        reactor.remove(id);
        assertThat(collector.completed).isTrue();
        assertThatThrownBy(() -> reactor.requests(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was removed");
    }

    private void subscribe() {
        reactor.requests(id).subscribe(collector);
        reactor.poll(16);
    }

    private void request(long n) {
        collector.subscription().request(n);
        reactor.poll(16);
    }

    private void ring(int requests) {
        for (int i = 0; i < requests; i++) {
            socket.ring.add(new FakeRequest(i));
        }
    }
}
