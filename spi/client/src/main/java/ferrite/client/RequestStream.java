package ferrite.client;

import ferrite.spi.error.Errno;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// The requests of a served scheme, for one subscriber at a time, who is called on the thread that drives the reactor.
///
/// At most `capacity` requests are received and not yet given to the subscriber. When there are as many, the others
/// stay in their rings, so that askers see a full ring; as soon as the subscriber has taken some, the rings are looked
/// at again. A subscriber that cancels leaves what it did not get in the stream for the next one.
public final class RequestStream implements Flow.Publisher<Arrival> {
    private final ProducerRingId id;
    private final Reactor reactor;
    private final SchemeSocket socket;
    private final int capacity;
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private final Receiver receiver = new Receiver();
    private @Nullable Subscription current;
    private boolean delivering;
    private boolean ended;

    RequestStream(ProducerRingId id, Reactor reactor, SchemeSocket socket, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " < 1");
        }
        this.id = id;
        this.reactor = reactor;
        this.socket = socket;
        this.capacity = capacity;
    }

    ProducerRingId id() {
        return id;
    }

    /// A second subscriber beside the first gets an IllegalStateException.
    @Override
    public void subscribe(Flow.Subscriber<? super Arrival> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Subscription subscription = new Subscription(subscriber);
        reactor.perform(new Inbox.Work() {
            @Override
            public void run() {
                begin(subscription);
            }

            @Override
            public void refuse() {
                subscription.silent = true;
                subscription.guarded(() -> {
                    subscriber.onSubscribe(subscription);
                    subscriber.onError(Reactor.shutDown());
                });
            }
        });
    }

    /// Takes what there is room for.
    ///
    /// @return how much it received
    int poll(int budget) {
        if (ended || current == null || delivering) {
            return 0;
        }
        int received = 0;
        delivering = true;
        try {
            int more;
            int given;
            do {
                more = receive(budget - received);
                received += more;
                given = give();
                // A drained stream looks at its rings again: nobody else would wake it.
            } while (more + given > 0 && received < budget);
        } finally {
            delivering = false;
        }
        return received;
    }

    /// No more requests come by this reactor.
    void end() {
        ended = true;
        Subscription subscription = current;
        current = null;
        if (subscription != null && !subscription.silent) {
            subscription.silent = true;
            subscription.guarded(subscription.subscriber::onComplete);
        }
    }

    private void begin(Subscription subscription) {
        if (current != null || ended) {
            subscription.silent = true;
            String why = ended ? socket.name() + " is not served here any more" : socket.name() + " has a subscriber";
            subscription.guarded(() -> {
                subscription.subscriber.onSubscribe(subscription);
                subscription.subscriber.onError(new IllegalStateException(why));
            });
            return;
        }
        current = subscription;
        subscription.guarded(() -> subscription.subscriber.onSubscribe(subscription));
    }

    private int receive(int budget) {
        int room = capacity - arrivals.size();
        if (current == null || room <= 0 || budget <= 0) {
            return 0;
        }
        try {
            return socket.poll(Math.min(room, budget), receiver);
        } catch (RuntimeException gone) {
            Subscription subscription = current;
            ended = true;
            current = null;
            if (subscription != null) {
                subscription.silent = true;
                subscription.guarded(() -> subscription.subscriber.onError(gone));
            }
            return 0;
        }
    }

    private int give() {
        int given = 0;
        Subscription subscription = current;
        while (subscription != null && !subscription.silent && subscription.demand > 0 && !arrivals.isEmpty()) {
            Arrival arrival = arrivals.removeFirst();
            if (subscription.demand != Long.MAX_VALUE) {
                subscription.demand--;
            }
            given++;
            Subscription taker = subscription;
            subscription.guarded(() -> taker.subscriber.onNext(arrival));
            subscription = current;
        }
        return given;
    }

    /// What the socket hands over.
    private final class Receiver implements AsyncScheme {
        @Override
        public void handle(Request request) {
            arrivals.addLast(new Arrival.Asked(request));
        }

        @Override
        public void cancel(Request request) {
            if (arrivals.remove(new Arrival.Asked(request))) {
                request.fail(Errno.ECANCELED);
            } else {
                arrivals.addLast(new Arrival.Cancelled(request));
            }
        }

        @Override
        public void detached(int ring) {
            arrivals.addLast(new Arrival.Detached(ring));
        }
    }

    /// One subscriber. `request` and `cancel` hop to the owner.
    private final class Subscription implements Flow.Subscription {
        final Flow.Subscriber<? super Arrival> subscriber;
        long demand;
        boolean silent;

        Subscription(Flow.Subscriber<? super Arrival> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            hop(() -> {
                if (n <= 0) {
                    stop();
                    guarded(() ->
                            subscriber.onError(new IllegalArgumentException("request(" + n + "): must be positive")));
                    return;
                }
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
                if (!delivering) {
                    poll(capacity);
                }
            });
        }

        @Override
        public void cancel() {
            hop(this::stop);
        }

        private void hop(Runnable step) {
            reactor.perform(new Inbox.Work() {
                @Override
                public void run() {
                    if (!silent) {
                        step.run();
                    }
                }

                @Override
                public void refuse() {
                    // the stream has ended with the reactor
                }
            });
        }

        private void stop() {
            silent = true;
            if (current == this) {
                current = null;
            }
        }

        void guarded(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException | Error thrown) {
                stop();
                reactor.faults().uncaught(thrown);
            }
        }
    }
}
