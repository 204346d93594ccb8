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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All rings by which requests for one name arrive. Under the serving context's token, but for [#attach].
public final class ServedScheme implements SchemeSocket {
    /// One ring, and what its received records are called in the present plug-in instance.
    private static final class Port {
        final int id;
        final ProducerEnd end;
        final CallerContext caller;
        final Runnable answered;
        /// The present plug-in instance knows of it.
        boolean announced;
        /// Answers of which the asking side was told.
        int answersTold;
        /// In a broken ring: the scheme was asked to let go of everything.
        boolean told;
        /// Objects that may be used again, by record.
        final @Nullable ServedRequest[] requests;
        /// Objects that the scheme keeps, by record.
        final @Nullable ServedRequest[] kept;

        Port(int id, Ring ring, CallerContext caller, Runnable answered) {
            this.id = id;
            this.end = ring.producer();
            this.caller = caller;
            this.answered = answered;
            requests = new ServedRequest[ring.parameters().inFlightMax()];
            kept = new ServedRequest[ring.parameters().inFlightMax()];
        }
    }

    private final SchemeName name;
    private final KernelContext context;
    private final Syscalls syscalls;

    /// Rings that were attached since the last poll.
    private final Queue<Port> arriving = new ConcurrentLinkedQueue<>();

    private final Queue<Consumer<Boolean>> onArrival = new ConcurrentLinkedQueue<>();
    private final List<Port> ports = new CopyOnWriteArrayList<>();
    private final ReentrantLock closing = new ReentrantLock();
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
        ProducerEnd end = ring.producer();
        Runnable told = () -> {
            answered.run();
            if (end.hasReady()) {
                context.wake(); // an entry may run that waited for this answer
            }
        };
        arriving.add(new Port(id, ring, caller, told));
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
        ports.forEach(port -> rings.add(port.end.ring()));
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
        if (!onArrival.isEmpty()) {
            arrivedOrClosed();
        }
        context.wake();
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
        ports.forEach(port -> {
            Arrays.fill(port.requests, null);
            Arrays.fill(port.kept, null);
            port.announced = false;
        });
    }

    @Override
    public SchemeName name() {
        return name;
    }

    @Override
    public int poll(int budget, AsyncScheme scheme) {
        adopt();
        int handed = 0;
        int count = ports.size();
        for (int i = 0; i < count && handed < budget && !closed; i++) {
            // Starts at another ring each time, so that a busy one does not starve the rest.
            Port port = ports.get(nextPort + i < count ? nextPort + i : nextPort + i - count);
            if (!port.announced) {
                announce(port, scheme);
            }
            handed += cancels(port, scheme);
            if (!context.isQuiescing()) {
                handed += requests(port, budget - handed, scheme);
                handed += cancels(port, scheme); // those that came as entries among the requests
            }
            if (port.end.answers() != port.answersTold) {
                port.answersTold = port.end.answers(); // the ring itself gives answers too
                port.answered.run();
            }
        }
        nextPort = nextPort + 1 < count ? nextPort + 1 : 0;
        return handed + detachments(scheme);
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
                port.answered.run();
            }
        } finally {
            closing.unlock();
        }
    }

    private void adopt() {
        for (Port port = arriving.poll(); port != null; port = arriving.poll()) {
            ports.add(port);
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
            port.answered.run();
        }
    }

    private int cancels(Port port, AsyncScheme scheme) {
        if (!port.end.cancelsWaiting()) {
            return 0;
        }
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
        int handed = 0;
        while (handed < budget) {
            InFlight record = port.end.receive();
            if (record == null) {
                break;
            }
            ServedRequest request = port.requests[record.index()];
            if (request == null) {
                request = new ServedRequest(port.end, record, port.id, port.caller, context.view(), port.answered);
                port.requests[record.index()] = request;
            } else {
                request.renew();
            }
            handed++;
            try {
                scheme.handle(request);
            } catch (SchemeException failed) {
                if (request.isLive()) {
                    request.fail(failed.errno());
                }
            }
            if (request.isLive()) {
                port.requests[record.index()] = null; // the scheme keeps it: this object is that request for good
                port.kept[record.index()] = request;
            }
        }
        return handed;
    }

    private int detachments(AsyncScheme scheme) {
        int gone = 0;
        for (int i = ports.size() - 1; i >= 0; i--) {
            Port port = ports.get(i);
            if (port.end.ring().state() == RingState.BROKEN) {
                letGo(port, scheme);
            }
            if (hasEnded(port)) {
                ports.remove(i);
                scheme.detached(port.id);
                gone++;
            }
        }
        return gone;
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
            port.answered.run();
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
            kept = new ServedRequest(port.end, record, port.id, port.caller, context.view(), port.answered);
            if (record.isReceived()) {
                port.kept[record.index()] = kept;
            }
        }
        return kept;
    }
}
