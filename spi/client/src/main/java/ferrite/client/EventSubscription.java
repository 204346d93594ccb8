package ferrite.client;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// One subscriber and its armed request. All of it belongs to the owner of the reactor; `request` and `cancel` hop there.
final class EventSubscription implements Flow.Subscription, CompletionCallback, Inbox.Work {
    private static final Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long n) {
            // nothing will come
        }

        @Override
        public void cancel() {
            // nothing to cancel
        }
    };

    private final Reactor reactor;
    private final ConsumerPort port;
    private final SubmissionQueueEntry entry;
    private final int capacity;
    private final Flow.Subscriber<? super Event> subscriber;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long tag = RequestTable.NONE;
    private long demand;

    /// The peer has ended the request.
    private boolean ended;

    /// Told at the end instead of completion.
    private @Nullable Throwable failure;

    /// The subscriber wants, or may get, nothing more.
    private boolean silent;

    private boolean delivering;

    EventSubscription(
            Reactor reactor,
            ConsumerPort port,
            SubmissionQueueEntry entry,
            int capacity,
            Flow.Subscriber<? super Event> subscriber) {
        this.reactor = reactor;
        this.port = port;
        this.entry = entry.withFlags(entry.flags() | SqeFlags.SUBSCRIBE);
        this.capacity = capacity;
        this.subscriber = subscriber;
    }

    @Override
    public void run() {
        if (reactor.isClosing()) {
            refuse();
            return;
        }
        guarded(() -> subscriber.onSubscribe(this));
        if (silent) {
            return;
        }
        try {
            tag = port.submit(entry, null, entry.offset(), this, 0, false);
            if (tag == RequestTable.NONE) {
                end(new SchemeException(Errno.EAGAIN, "all places of the ring are taken: " + port.meter()));
            }
        } catch (SchemeException refused) {
            end(refused);
        }
    }

    @Override
    public void refuse() {
        guarded(() -> {
            subscriber.onSubscribe(NOTHING);
            subscriber.onError(Reactor.shutDown());
        });
    }

    @Override
    public void request(long n) {
        hop(() -> more(n));
    }

    @Override
    public void cancel() {
        hop(this::stop);
    }

    @Override
    public void completed(long context, long status, long flags, long extra) {
        boolean last = (flags & (CqeFlags.EVENT | CqeFlags.LAST_UPDATE)) != CqeFlags.EVENT;
        boolean error = Errno.isError(status);
        if (!error && !silent && failure == null) {
            keep(new Event(status, extra, last));
        }
        if (last) {
            // An overflow is told when the peer has stopped, in place of ECANCELED.
            Throwable cause = failure;
            if (error && cause == null) {
                cause = new SchemeException(Errno.of(status).orElse(Errno.EIO), "events of opcode " + entry.opcode());
            }
            end(cause);
        } else {
            deliver();
        }
    }

    private void keep(Event event) {
        Event waiting = events.peekLast();
        if (capacity == EventStream.MERGE && waiting != null) {
            events.removeLast();
            events.addLast(new Event(waiting.status() | event.status(), event.extra(), event.last()));
        } else if (capacity != EventStream.MERGE && events.size() >= capacity) {
            failure = new SchemeException(
                    Errno.ENOBUFS, capacity + " events wait for the subscriber and another came; request more");
            port.cancel(tag);
        } else {
            events.addLast(event);
        }
    }

    private void end(@Nullable Throwable cause) {
        ended = true;
        failure = cause;
        deliver();
    }

    private void more(long n) {
        if (silent) {
            return;
        }
        if (n <= 0) {
            stop();
            guarded(() -> subscriber.onError(new IllegalArgumentException("request(" + n + "): must be positive")));
            return;
        }
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        deliver();
    }

    private void stop() {
        silent = true;
        events.clear();
        if (!ended) {
            port.cancel(tag);
        }
    }

    /// A loop and not a recursion: `onNext` may request more.
    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (!silent && demand > 0 && !events.isEmpty()) {
                Event event = events.removeFirst();
                if (demand != Long.MAX_VALUE) {
                    demand--;
                }
                guarded(() -> subscriber.onNext(event));
            }
            if (!silent && ended && events.isEmpty()) {
                silent = true;
                Throwable cause = failure;
                guarded(cause == null ? subscriber::onComplete : () -> subscriber.onError(cause));
            }
        } finally {
            delivering = false;
        }
    }

    /// A subscriber that throws is not called again.
    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error thrown) {
            stop();
            reactor.faults().uncaught(thrown);
        }
    }

    private void hop(Runnable step) {
        reactor.perform(new Inbox.Work() {
            @Override
            public void run() {
                step.run();
            }

            @Override
            public void refuse() {
                // The stream has ended with the reactor.
            }
        });
    }
}
