package ferrite.client;

import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.Objects;
import java.util.concurrent.Flow;

/// The events of a multi-shot request. Each subscriber arms a request of its own; cancelling the subscription cancels
/// it. Subscribers are called on the thread that drives the reactor.
public final class EventStream implements Flow.Publisher<Event> {
    /// Instead of a capacity: events that wait are one, with the bits of all.
    static final int MERGE = 0;

    private final Reactor reactor;
    private final ConsumerPort port;
    private final SubmissionQueueEntry entry;
    private final int capacity;

    EventStream(Reactor reactor, ConsumerPort port, SubmissionQueueEntry entry, int capacity) {
        this.reactor = reactor;
        this.port = port;
        this.entry = entry;
        this.capacity = capacity;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Event> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        reactor.perform(new EventSubscription(reactor, port, entry, capacity, subscriber));
    }
}
