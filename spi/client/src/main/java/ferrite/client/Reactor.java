package ferrite.client;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.SchemeSocket;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Several rings and everything that is asked and served on them, driven by one owner: the thread of an application
/// ([#run]), or a plug-in under its run token ([#poll]).
///
/// Any thread may [#execute], [#spawn], [#wake], use a [Handle], and [#close]. The rest is the owner's. Callbacks,
/// subscribers and tasks run on the thread that drives, one at a time.
///
/// The rings, the sockets and the pool stay their makers': the reactor closes none of them.
public final class Reactor implements Executor, AutoCloseable {
    /// Most rings at a time.
    public static final int RINGS_MAX = 1024;
    /// Most requests of the owner that one ring holds, in flight and waiting; as many more are for other threads.
    public static final int REQUESTS_MAX = 1 << 20;

    private static final int BUDGET = 256;
    private static final long FOREVER_NANOS = TimeUnit.DAYS.toNanos(365);

    private final Rings rings;
    private final BufferPool pool;
    private final Inbox inbox = new Inbox();
    private final Faults faults;
    private final Waiting waiting;
    private final int requestsMax;
    private final long closeTimeoutNanos;
    private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
    private final BooleanSupplier ready;
    private volatile boolean closing;
    private volatile boolean closed;
    private volatile boolean closeAsked;
    private boolean cancelledAll;
    private boolean inTurn;

    Reactor(ReactorBuilder builder) {
        pool = builder.pool;
        requestsMax = builder.requestsMax;
        closeTimeoutNanos = builder.closeTimeoutNanos;
        faults = builder.faults;
        rings = new Rings();
        Waiting given = builder.waiting;
        waiting = given == null ? new ThreadWaiting(rings::consumers) : given;
        ready = () -> !inbox.isEmpty() || rings.isReady();
    }

    /// Begins a reactor.
    ///
    /// @param pool lends the bytes of paths, names and answers
    public static ReactorBuilder builder(BufferPool pool) {
        return new ReactorBuilder(pool);
    }

    /// Adds a ring to the kernel.
    ///
    /// @param parameters what the ring was made with
    /// @throws IllegalStateException if there are [#RINGS_MAX]
    public PrimaryRingId addPrimary(ConsumerInstance ring, RingParameters parameters) {
        checkOwner();
        return (PrimaryRingId)
                rings.addConsumer((index, use) -> port(new PrimaryRingId(rings.reactor, index, use), ring, parameters))
                        .id;
    }

    /// Adds a ring to a scheme. Takes no submission, so it works while every queue is full.
    ///
    /// @param parameters what the ring was made with
    /// @throws IllegalStateException if there are [#RINGS_MAX]
    public SecondaryRingId addSecondary(ConsumerInstance ring, RingParameters parameters) {
        checkOwner();
        return (SecondaryRingId) rings.addConsumer(
                        (index, use) -> port(new SecondaryRingId(rings.reactor, index, use), ring, parameters))
                .id;
    }

    /// Adds the serving end of a scheme. Needs no ring to the kernel beside it.
    ///
    /// @param capacity most requests that are received and not yet given to the subscriber, ≥ 1
    /// @throws IllegalStateException if there are [#RINGS_MAX]
    public ProducerRingId addProducer(SchemeSocket socket, int capacity) {
        checkOwner();
        return rings.addProducer((index, use) ->
                        new RequestStream(new ProducerRingId(rings.reactor, index, use), this, socket, capacity))
                .id();
    }

    /// Takes a ring out; its id is void then.
    ///
    /// @throws IllegalStateException if it has requests
    public void remove(RingId id) {
        checkOwner();
        rings.remove(id);
    }

    /// The ring's operations as futures. Any thread.
    public Handle handle(ConsumerRingId ring) {
        return new Handle(this, consumer(ring), SubmissionContext.DEFAULT);
    }

    /// The requests of a served scheme, one subscriber at a time. Any thread.
    public RequestStream requests(ProducerRingId ring) {
        return rings.producer(ring);
    }

    /// A request to be sent many times without allocating.
    public PreparedRequest prepare(ConsumerRingId ring, SubmissionQueueEntry entry, CompletionCallback callback) {
        return new PreparedRequest(this, consumer(ring), entry, callback);
    }

    /// Who is told the user data and status of messages from other rings ([ferrite.spi.ring.Opcode#MSG_RING]).
    public void onMessage(ConsumerRingId ring, CompletionCallback callback) {
        checkOwner();
        consumer(ring).onMessage(callback);
    }

    /// Who is told when a request of [Handle#post] failed; the context is its label.
    public void onPostFailure(ConsumerRingId ring, CompletionCallback callback) {
        checkOwner();
        consumer(ring).onDetachedFailure(callback);
    }

    /// How full a ring is. The owner's.
    public RingMeter meter(ConsumerRingId ring) {
        return consumer(ring).meter();
    }

    /// One turn: tasks, completions, requests to serve, and what waited for room; at most `budget` of each.
    ///
    /// @return how much it found
    /// @throws IllegalStateException inside a callback, or if another thread drives
    public int poll(int budget) {
        boolean claimed = !isDriving();
        if (claimed) {
            claim();
        }
        try {
            return turn(budget);
        } finally {
            if (claimed) {
                release();
            }
        }
    }

    /// Drives until [#close] has ended everything, or the thread is interrupted; the interrupt status stays set. An
    /// interrupt in the very moment of a wake may be taken for it: end a reactor with [#close].
    public void run() {
        runUntil(() -> closed);
    }

    /// Drives until the condition holds; looks after each turn.
    ///
    /// @return whether it holds; false if the reactor was closed or the thread interrupted
    /// @throws IllegalStateException inside a callback, or if another thread drives
    public boolean runUntil(BooleanSupplier condition) {
        return runUntil(condition, FOREVER_NANOS);
    }

    /// [#runUntil(BooleanSupplier)] with a limit of time.
    ///
    /// @param timeoutNanos 0 and up
    public boolean runUntil(BooleanSupplier condition, long timeoutNanos) {
        claim();
        try {
            drive(condition, System.nanoTime() + timeoutNanos);
            return condition.getAsBoolean();
        } finally {
            release();
        }
    }

    /// Runs a task in a later turn. Any thread.
    ///
    /// @throws RejectedExecutionException if too many wait or the reactor is closed
    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the reactor is closed");
        }
        inbox.addTask(new Inbox.Work() {
            @Override
            public void run() {
                task.run();
            }

            @Override
            public void refuse() {
                // Like a task that was accepted before the close and never ran.
            }
        });
        wakeIfForeign();
    }

    /// Runs a task in a later turn and tells its result. Any thread.
    public <T> CompletableFuture<T> spawn(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        inbox.addTask(new Inbox.Work() {
            @Override
            public void run() {
                try {
                    result.complete(task.call());
                } catch (Exception | Error thrown) {
                    result.completeExceptionally(thrown);
                }
            }

            @Override
            public void refuse() {
                result.completeExceptionally(shutDown());
            }
        });
        wakeIfForeign();
        return result;
    }

    /// Ends a sleep of the owner. Any thread.
    public void wake() {
        waiting.wake();
    }

    /// Whether nothing is in flight or waiting. The owner's.
    public boolean isQuiet() {
        return rings.isIdle() && inbox.isEmpty();
    }

    /// Refuses new requests and cancels the others; [#poll] or [#run] goes on until they have ended. Any thread.
    public void shutdown() {
        closing = true;
        waiting.wake();
    }

    /// [#shutdown], and waits until everything has ended; if another thread drives, that one does so and its [#run]
    /// returns. Requests whose peer does not answer within the close timeout end with ETIMEDOUT; the rings keep their
    /// buffers. Any thread.
    @Override
    public void close() {
        closeAsked = true;
        shutdown();
        closeIfFree();
    }

    boolean isDriving() {
        return Thread.currentThread().equals(driver.get());
    }

    boolean isClosing() {
        return closing;
    }

    BufferPool pool() {
        return pool;
    }

    Faults faults() {
        return faults;
    }

    /// Hands work to the owner: done at once if it is the caller.
    void perform(Inbox.Work work) {
        if (isDriving()) {
            work.run();
        } else {
            inbox.add(work);
            wakeIfForeign();
        }
    }

    void checkOwner() {
        Thread other = driver.get();
        if (other != null && !other.equals(Thread.currentThread())) {
            throw new IllegalStateException("the reactor is driven by " + other.getName() + " now; use a Handle");
        }
    }

    ConsumerPort consumer(ConsumerRingId ring) {
        return rings.consumer(ring);
    }

    static SchemeException shutDown() {
        return new SchemeException(Errno.ESHUTDOWN, "the reactor is closed");
    }

    private ConsumerPort port(ConsumerRingId id, ConsumerInstance ring, RingParameters parameters) {
        int inFlightMax = Math.max(1, parameters.inFlightMax() - 1);
        return new ConsumerPort(id, ring, requestsMax, inFlightMax, faults);
    }

    private void claim() {
        Thread current = Thread.currentThread();
        if (!driver.compareAndSet(null, current)) {
            Thread other = driver.get();
            throw new IllegalStateException(
                    current.equals(other)
                            ? "the reactor is being driven already; return and let the owner go on"
                            : "the reactor is driven by " + (other == null ? "another thread" : other.getName()));
        }
    }

    private void release() {
        driver.set(null);
        if (closeAsked) {
            closeIfFree(); // a close that found us driving leaves the rest to us
        }
    }

    private int turn(int budget) {
        if (inTurn) {
            throw new IllegalStateException("a callback must not drive its reactor; return and let the owner go on");
        }
        inTurn = true;
        try {
            int found = inbox.run(budget, faults);
            if (closing && !cancelledAll) {
                cancelledAll = true;
                rings.cancelAll();
            }
            found += rings.poll(budget);
            if (closing && isQuiet()) {
                closed = true;
                inbox.close();
            }
            return found;
        } finally {
            inTurn = false;
        }
    }

    private void drive(BooleanSupplier condition, long deadline) {
        while (!condition.getAsBoolean()) {
            int found = turn(BUDGET);
            if (closing) {
                finishClose();
                return;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            if (found == 0 && !condition.getAsBoolean()) {
                waiting.sleep(ready, left);
            }
        }
    }

    private void wakeIfForeign() {
        if (!isDriving()) {
            waiting.wake();
        }
    }

    private void closeIfFree() {
        if (!closed && driver.compareAndSet(null, Thread.currentThread())) {
            try {
                finishClose();
            } finally {
                driver.set(null);
            }
        }
    }

    private void finishClose() {
        long deadline = System.nanoTime() + closeTimeoutNanos;
        boolean interrupted = Thread.interrupted(); // else nothing could be waited for
        while (!closed) {
            int found = turn(BUDGET);
            long left = deadline - System.nanoTime();
            if (!closed && left <= 0) {
                closed = true;
                rings.abandon(Errno.ETIMEDOUT);
                inbox.close();
            } else if (!closed && found == 0) {
                waiting.sleep(ready, left);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
