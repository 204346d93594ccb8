package ferrite.runtime.context;

import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.ProducerEnd;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.ring.ServedRequest;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.RingState;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.RingReceive;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All rings by which requests for one name arrive. Under the serving context's token, but for [#attach].
public final class ServedScheme implements SchemeSocket {
    /// One ring, and what its received records are called in the present plug-in instance.
    private static final class Port implements Runnable {
        final int id;
        final ProducerEnd end;
        final CallerContext caller;
        private final Runnable asker;
        private final KernelContext server;
        /// Requests are being handed over: the asking side hears of their answers together.
        boolean handing;
        /// It has not heard of an answer or an event.
        private boolean untold;
        /// The present plug-in instance knows of it.
        boolean announced;
        /// Answers of which the asking side was told.
        private int answersTold;
        /// In a broken ring: the scheme was asked to let go of everything.
        boolean told;
        /// Objects that may be used again, by record.
        final @Nullable ServedRequest[] requests;
        /// Objects that the scheme keeps, by record.
        final @Nullable ServedRequest[] kept;

        /// @param asker wakes the asking side
        Port(int id, Ring ring, CallerContext caller, Runnable asker, KernelContext server) {
            this.id = id;
            this.end = ring.producer();
            this.caller = caller;
            this.asker = asker;
            this.server = server;
            requests = new ServedRequest[ring.parameters().inFlightMax()];
            kept = new ServedRequest[ring.parameters().inFlightMax()];
        }

        /// A request was answered, or an event posted.
        @Override
        public void run() {
            if (handing) {
                untold = true;
            } else {
                tell();
            }
        }

        /// Whether there is something to tell. The ring gives answers by itself, too.
        boolean hasNews() {
            return untold || end.answers() != answersTold;
        }

        /// Lets the asking side know of all answers.
        void tell() {
            untold = false;
            answersTold = end.answers();
            asker.run();
            if (end.hasReady()) {
                server.wake(); // an entry may run that waited for an answer
            }
        }
    }

    /// Requests that are handed over before the asking side hears of the answers.
    private static final int ANSWERS_TOGETHER_MAX = 16;

    private final SchemeName name;
    private final KernelContext context;
    private final Syscalls syscalls;

    /// Rings that were attached since the last poll.
    private final Queue<Port> arriving = new ConcurrentLinkedQueue<>();

    /// Something may be in `arriving`. Set after it was put there, cleared before it is looked for.
    private volatile boolean hasArriving;

    private final Queue<Consumer<Boolean>> onArrival = new ConcurrentLinkedQueue<>();
    private final ReentrantLock closing = new ReentrantLock();

    /// Replaced when one comes or goes.
    private volatile Port[] ports = {};

    /// The ring whose requests were handed over last. Under the token.
    private @Nullable Port served;
    private int nextPort;
    private volatile boolean closed;

    /// @param context whose token serves it
    public ServedScheme(SchemeName name, KernelContext context, Syscalls syscalls) {
        this.name = name;
        this.context = context;
        this.syscalls = syscalls;
    }

    /// Adds a ring. Any thread.
    ///
    /// @param id number of the ring in the serving context
    /// @param answered wakes the asking side
    public void attach(int id, Ring ring, CallerContext caller, Runnable answered) {
        arriving.add(new Port(id, ring, caller, answered, context));
        hasArriving = true;
        if (closed) {
            closePorts(Errno.ENODEV); // lost the race against close
        }
        context.wake();
    }

    /// The serving context.
    public KernelContext context() {
        return context;
    }

    /// The attached rings.
    public List<Ring> rings() {
        List<Ring> rings = new ArrayList<>();
        for (Port port : ports) {
            rings.add(port.end.ring());
        }
        arriving.forEach(port -> rings.add(port.end.ring()));
        return rings;
    }

    /// Requests have arrived, or will never again. Any thread.
    private void arrivedOrClosed() {
        List<Consumer<Boolean>> told = new ArrayList<>();
        for (Consumer<Boolean> waiter = onArrival.poll(); waiter != null; waiter = onArrival.poll()) {
            told.add(waiter); // it may want to be told again, of later ones
        }
        told.forEach(waiter -> waiter.accept(!closed));
    }

    /// Requests have been put in a ring. Any thread.
    public void arrived() {
        tellOfArrival();
        context.wake();
    }

    /// [#arrived()] on a thread that holds the asker's token.
    void arrived(KernelContext asker) {
        tellOfArrival();
        context.wakeFrom(asker);
    }

    private void tellOfArrival() {
        if (!onArrival.isEmpty()) {
            arrivedOrClosed();
        }
    }

    /// Lets the asking side know of the answers so far, because what the server does now may take long. Under the token.
    void tell() {
        Port now = served;
        if (now != null && now.handing) {
            publish(now);
        }
    }

    /// Tells once when a request waits (true), or that none ever will (false). Any thread.
    public void onArrival(Consumer<Boolean> waiter) {
        onArrival.add(waiter);
        if (closed || hasWaiting()) {
            arrivedOrClosed();
        }
    }

    /// Tells once when a request comes after this call (true), or that none ever will (false). Any thread.
    public void onNextArrival(Consumer<Boolean> waiter) {
        onArrival.add(waiter);
        if (closed) {
            arrivedOrClosed();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /// Whether requests wait that were not handed over.
    public boolean hasWaiting() {
        return rings().stream().anyMatch(ring -> ring.producer().hasWaiting());
    }

    /// The plug-in instance was replaced: its request objects are void, its successor gets others.
    void forgetRequests() {
        for (Port port : ports) {
            Arrays.fill(port.requests, null);
            Arrays.fill(port.kept, null);
            port.announced = false;
        }
    }

    @Override
    public SchemeName name() {
        return name;
    }

    @Override
    public int poll(int budget, AsyncScheme scheme) {
        if (hasArriving) {
            adopt();
        }
        Port[] now = ports;
        int count = now.length;
        int handed = 0;
        boolean ending = false;
        for (int i = 0; i < count && handed < budget && !closed; i++) {
            // Starts at another ring each time, so that a busy one does not starve the rest.
            Port port = now[nextPort + i < count ? nextPort + i : nextPort + i - count];
            if (!port.announced) {
                announce(port, scheme);
            }
            if (port.end.cancelsWaiting()) {
                handed += cancels(port, scheme);
            }
            if (!context.isQuiescing()) {
                handed += requests(port, budget - handed, scheme);
                if (port.end.cancelsWaiting()) {
                    handed += cancels(port, scheme); // those that came as entries among the requests
                }
            }
            if (port.hasNews()) {
                port.tell();
            }
            if (port.end.wasCutShort()) {
                context.wake();
            }
            ending |= port.end.isEnding();
        }
        nextPort = nextPort + 1 < count ? nextPort + 1 : 0;
        if (handed < budget) {
            context.handedOverAll(handed);
        }
        return ending ? handed + detachments(scheme) : handed;
    }

    @Override
    public List<Request> outstanding() {
        adopt();
        List<Request> list = new ArrayList<>();
        for (Port port : ports) {
            port.end.forEachReceived(record -> list.add(requestFor(port, record)));
        }
        return list;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            syscalls.withdraw(this);
            closePorts(Errno.ENODEV);
            arrivedOrClosed();
        }
    }

    private void closePorts(Errno errno) {
        closing.lock(); // a late attach may close beside us
        try {
            adopt();
            for (Port port : ports) {
                port.end.close(errno);
                port.tell();
            }
        } finally {
            closing.unlock();
        }
    }

    private void adopt() {
        closing.lock(); // a late attach may adopt beside us
        try {
            hasArriving = false;
            for (Port port = arriving.poll(); port != null; port = arriving.poll()) {
                Port[] more = Arrays.copyOf(ports, ports.length + 1);
                more[ports.length] = port;
                ports = more;
            }
        } finally {
            closing.unlock();
        }
    }

    private void announce(Port port, AsyncScheme scheme) {
        port.announced = true;
        Ring ring = port.end.ring();
        boolean fromKernel = ring.attachment() instanceof Ring.Attachment.KernelToUser;
        try {
            scheme.attached(new RingReceive(port.id, fromKernel, port.caller, ring.parameters()));
        } catch (SchemeException refused) {
            port.end.close(refused.errno());
            port.tell();
        }
    }

    private int cancels(Port port, AsyncScheme scheme) {
        List<InFlight> wanted = new ArrayList<>();
        port.end.forEachCancelled(wanted::add);
        for (InFlight record : wanted) {
            Request request = requestFor(port, record);
            if (request.isLive()) {
                scheme.cancel(request);
            }
        }
        return wanted.size();
    }

    private int requests(Port port, int budget, AsyncScheme scheme) {
        ProducerEnd end = port.end;
        InFlight record = end.receive();
        if (record == null) {
            return 0;
        }
        int handed = 0;
        begin(port);
        try {
            while (record != null) {
                handOver(port, record, scheme);
                handed++;
                if (handed == budget) {
                    break;
                }
                if (handed % ANSWERS_TOGETHER_MAX == 0) {
                    publish(port);
                }
                record = end.receive();
            }
        } finally {
            port.handing = false;
            end.publish();
        }
        return handed;
    }

    private void begin(Port port) {
        port.handing = true;
        port.end.holdBack();
        if (served != port) {
            served = port; // a reference that is written costs more than one that is compared
        }
        context.serves(this);
    }

    /// In the middle of handing over.
    private static void publish(Port port) {
        port.end.publish();
        port.end.holdBack();
        if (port.hasNews()) {
            port.tell();
        }
    }

    private void handOver(Port port, InFlight record, AsyncScheme scheme) {
        int index = record.index();
        ServedRequest request = port.requests[index];
        if (request == null) {
            request = new ServedRequest(port.end, record, port.id, port.caller, context.view(), port);
            port.requests[index] = request;
        } else {
            request.renew();
        }
        try {
            scheme.handle(request);
        } catch (SchemeException failed) {
            if (request.isLive()) {
                request.fail(failed.errno());
            }
        }
        if (request.isLive()) {
            port.requests[index] = null; // the scheme keeps it: this object is that request for good
            port.kept[index] = request;
        }
    }

    private int detachments(AsyncScheme scheme) {
        int gone = 0;
        for (Port port : ports) {
            if (port.end.ring().state() == RingState.BROKEN) {
                letGo(port, scheme);
            }
            if (hasEnded(port)) {
                forget(port);
                scheme.detached(port.id);
                gone++;
            }
        }
        return gone;
    }

    private void forget(Port port) {
        closing.lock();
        try {
            ports = Arrays.stream(ports).filter(other -> other != port).toArray(Port[]::new);
        } finally {
            closing.unlock();
        }
    }

    /// The plug-in lets go of what came by a broken ring; when it has, the asking side ends its records.
    private void letGo(Port port, AsyncScheme scheme) {
        if (!port.told) {
            port.told = true;
            List<InFlight> received = new ArrayList<>();
            port.end.forEachReceived(received::add);
            for (InFlight record : received) {
                scheme.cancel(requestFor(port, record));
            }
        }
        if (!port.end.isHeld()) {
            port.end.abandon();
            port.tell();
        }
    }

    private static boolean hasEnded(Port port) {
        RingState state = port.end.ring().state();
        return state == RingState.DRAINING && port.end.drained()
                || state == RingState.BROKEN && !port.end.isHeld()
                || state == RingState.CLOSED;
    }

    private ServedRequest requestFor(Port port, InFlight record) {
        ServedRequest kept = port.kept[record.index()];
        if (kept == null || !kept.isLive()) {
            kept = new ServedRequest(port.end, record, port.id, port.caller, context.view(), port);
            if (record.isReceived()) {
                port.kept[record.index()] = kept;
            }
        }
        return kept;
    }
}
