package ferrite.runtime.context;

import ferrite.buffer.DeviceAddressMap;
import ferrite.buffer.Revocation;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.runtime.ring.ConsumerEnd;
import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.schedule.Scheduler;
import ferrite.runtime.schedule.Task;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.SchemeName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A process of the runtime: descriptors, rings, memory, and the token under which its code runs. What is here stays
/// when the plug-in in it is replaced.
public final class KernelContext extends Task {
    private static final Logger LOG = System.getLogger(KernelContext.class.getName());

    /// The plug-in's turn of duty.
    public interface Duty {
        /// Under the token; must not throw.
        /// @return whether there is more to do at once
        boolean turn();
    }

    /// What a context was given when it was made.
    ///
    /// @param parent number of the context that may wait for its end; 0: none
    /// @param namespace number of the namespace it begins in
    /// @param descriptors most open descriptors
    /// @param rings most rings besides the one to the kernel
    /// @param memoryBytes most memory, bytes
    public record Grant(int parent, int namespace, int descriptors, int rings, long memoryBytes) {}

    /// How long a request has waited for the kernel.
    ///
    /// @param ring name of the ring
    /// @param record place in the ring's table of records
    /// @param ageNanos since it was begun, nanoseconds; too short by at most one hand-over
    public record Pending(String ring, int record, long ageNanos) {}

    /// By record: the use that was noted last, and [System#nanoTime] when it was begun.
    private static final class Begun {
        final int[] uses;
        final long[] nanoTimes;

        Begun(int records) {
            uses = new int[records];
            nanoTimes = new long[records];
        }
    }

    private final int id;
    private final String name;
    private final int layer;
    private final Grant grant;
    private final Scheduler scheduler;
    private final Syscalls syscalls;
    private final FileTable files;
    private final SharedBufferPool pool;
    private final ViewArena kernelView;
    private final KernelRing kernelRing;
    private final ConsumerRing kernel;
    private final CallerContext caller;
    private final AtomicInteger ringIds = new AtomicInteger();

    /// All of this context's own rings, the one to the kernel first. Replaced when one comes or goes.
    private ConsumerRing[] flushed;

    /// Rings to other contexts and further ones to the kernel, by number. Written under the token, read for display.
    private final Map<Integer, ConsumerRing> rings = new ConcurrentSkipListMap<>();

    private final Map<String, ServedScheme> sockets = new ConcurrentSkipListMap<>();

    private volatile boolean quiescing;
    private volatile @Nullable Duty duty;

    /// Of the present plug-in instance, or of the application.
    private volatile ViewArena view;

    /// What drivers have mapped for the plug-in, if that is a device.
    private volatile @Nullable DeviceAddressMap mappings;

    /// Whose requests were handed over last.
    private @Nullable ServedScheme serving;

    private int handedOver;

    private long wakeWish;
    private boolean hasWakeWish;
    private volatile int namespace;
    private volatile @Nullable Runnable onEnd;

    /// The contexts that serve the rings to schemes, by ring.
    private final Map<Integer, KernelContext> servers = new ConcurrentSkipListMap<>();

    /// What other threads want done under the token.
    private final Queue<Runnable> wanted = new ConcurrentLinkedQueue<>();

    /// Something may be in `wanted`. Set after it was put there, cleared before it is looked for.
    private volatile boolean hasWanted;

    /// When the requests that are not answered at once were begun, by ring. Written under the token, read for display.
    private final Map<KernelRing, Begun> begun = new ConcurrentHashMap<>();

    /// Those of the first ring.
    private final Begun begunFirst;

    /// Time of the entries that are being begun; 0: nobody asked since they were handed over.
    private long beginning;

    /// @param layer height in the stack, [ferrite.spi.plugin.Layer#height()] or one more for applications
    /// @param pool this context's memory
    /// @param kernelView through which the kernel itself touches bytes that callers lend it
    /// @param grant its place among the others and its limits
    public KernelContext(
            int id,
            String name,
            int layer,
            Scheduler scheduler,
            Syscalls syscalls,
            SharedBufferPool pool,
            ViewArena kernelView,
            Grant grant) {
        super(true);
        this.grant = grant;
        namespace = grant.namespace;
        files = new FileTable(grant.descriptors);
        this.id = id;
        this.name = name;
        this.layer = layer;
        this.scheduler = scheduler;
        this.syscalls = syscalls;
        this.pool = pool;
        this.kernelView = kernelView;
        this.view = new ViewArena(name);
        caller = new CallerContext(id, name, layer);
        kernelRing = new KernelRing(this, name + '#' + id + " → kernel", RingParameters.DEFAULT, syscalls);
        kernel = new ConsumerRing(ringIds.getAndIncrement(), kernelRing.ring().consumer(), kernelRing, this, scheduler);
        flushed = new ConsumerRing[] {kernel};
        begunFirst = new Begun(RingParameters.DEFAULT.inFlightMax());
    }

    public int id() {
        return id;
    }

    public String name() {
        return name;
    }

    public int layer() {
        return layer;
    }

    /// The context that may wait for its end; 0: none.
    public int parent() {
        return grant.parent;
    }

    /// What it was given when it was made.
    public Grant grant() {
        return grant;
    }

    /// Number of the namespace in which it looks names up.
    public int namespace() {
        return namespace;
    }

    /// From now on it looks names up there.
    public void enterNamespace(int number) {
        namespace = number;
    }

    /// Told once, when it has ended. Before the context begins.
    public void onEnd(Runnable listener) {
        onEnd = listener;
    }

    /// `name#id`, for messages and ring names.
    public String label() {
        return name + '#' + id;
    }

    public FileTable files() {
        return files;
    }

    public SharedBufferPool pool() {
        return pool;
    }

    public CallerContext asCaller() {
        return caller;
    }

    /// Through which the kernel itself touches bytes.
    public ViewArena kernelView() {
        return kernelView;
    }

    /// Through which the present instance sees shared memory.
    public ViewArena view() {
        return view;
    }

    /// The ring to the kernel.
    public ConsumerInstance kernel() {
        return kernel;
    }

    /// Another instance takes over, seeing shared memory through `next`. Under the token.
    ///
    /// @return the view so far; end it by [#revoke] once it is certain that its instance does not come back
    public ViewArena exchangeView(ViewArena next) {
        ViewArena previous = view;
        view = next;
        sockets.values().forEach(ServedScheme::forgetRequests);
        return previous;
    }

    /// The plug-in is a device: it reaches what drivers have mapped there.
    public void isDevice(DeviceAddressMap reached) {
        mappings = reached;
    }

    /// Begins to take from an instance what it could touch. The bytes of the requests that it has not answered, of its
    /// own slices and of its device's mappings are not used again until [#revoke], whoever answers and closes them.
    public Revocation revocation(ViewArena of) {
        Revocation revocation = new Revocation(of);
        keepLent(revocation);
        revocation.keepAll(pool);
        return revocation;
    }

    private void keepLent(Revocation revocation) {
        for (Ring ring : servedRings()) {
            ring.producer().forEachReceived(record -> {
                BufferSlice buffer = record.buffer();
                if (buffer != null) {
                    revocation.keep(buffer, "ring " + ring.name() + ", request " + record.index());
                }
            });
        }
        DeviceAddressMap reached = mappings;
        if (reached != null) {
            revocation.keepMapped(reached);
        }
    }

    /// The instance can touch nothing any more. What a system call of it still uses stays kept until that returns.
    public void revoke(Revocation revocation) {
        syscalls.end(revocation);
    }

    /// Who does the duty from now on; null: nobody.
    public void assign(@Nullable Duty newDuty) {
        duty = newDuty;
    }

    /// Runs it soon. Any thread.
    public void wake() {
        scheduler.wake(this);
    }

    /// [#wake()] on a thread that holds the token of `waker`.
    void wakeFrom(KernelContext waker) {
        scheduler.wakeFrom(waker, this);
    }

    /// A turn begins.
    public void beginTurn() {
        handedOver = 0;
    }

    /// Requests that were handed over in this turn by sockets that have no more of them. Under the token.
    public int handedOver() {
        return handedOver;
    }

    /// A socket has handed over all the requests it had.
    void handedOverAll(int requests) {
        handedOver += requests;
    }

    /// The socket whose requests are being handed over. Under the token.
    void serves(ServedScheme socket) {
        if (serving != socket) {
            serving = socket;
        }
    }

    /// Holds back new requests, or lets them through again.
    public void setQuiescing(boolean now) {
        quiescing = now;
    }

    boolean isQuiescing() {
        return quiescing;
    }

    /// Requests that were received and not answered, armed multi-shot ones included.
    public int requestsHeld() {
        return sockets.values().stream()
                .flatMap(socket -> socket.rings().stream())
                .mapToInt(ring -> ring.producer().received())
                .sum();
    }

    /// Requests that wait in rings to be received.
    public int requestsWaiting() {
        return sockets.values().stream()
                .flatMap(socket -> socket.rings().stream())
                .mapToInt(ring -> ring.producer().waiting())
                .sum();
    }

    /// Asks for a turn at a time.
    public void wakeAt(long nanoTime) {
        if (hasWakeWish && wakeWish - nanoTime == 0) {
            return;
        }
        hasWakeWish = true;
        wakeWish = nanoTime;
        scheduler.wakeAt(this, nanoTime);
    }

    /// Hands over what was submitted on all rings. Under the token.
    public void flush() {
        beginning = 0;
        if (hasWanted) {
            doWanted();
        }
        ServedScheme socket = serving;
        if (socket != null) {
            socket.tell();
        }
        for (ConsumerRing ring : flushed) {
            ring.flush();
        }
    }

    /// Does something under the token soon: at the latest when the context next hands over submissions. Any thread.
    public void soon(Runnable action) {
        wanted.add(action);
        hasWanted = true;
        wake();
    }

    /// Under the token.
    void doSoon() {
        if (hasWanted) {
            doWanted();
        }
    }

    private void doWanted() {
        hasWanted = false;
        for (Runnable action = wanted.poll(); action != null; action = wanted.poll()) {
            contained(action);
        }
    }

    /// Notes when a request was begun that is not answered yet. Reads the clock once for all that are handed over
    /// together, and not at all for those that are answered at once. Under the token.
    public void noteBegun(KernelRing ring, InFlight record) {
        if (beginning == 0) {
            beginning = System.nanoTime();
        }
        Begun times = begunOf(ring);
        times.nanoTimes[record.index()] = beginning;
        times.uses[record.index()] = record.generation();
    }

    private Begun begunOf(KernelRing ring) {
        return ring.equals(kernelRing)
                ? begunFirst
                : begun.computeIfAbsent(
                        ring, each -> new Begun(each.ring().parameters().inFlightMax()));
    }

    /// Requests on the rings to the kernel that were not answered at once. Any thread, for display.
    public List<Pending> pending() {
        List<Pending> all = new ArrayList<>();
        collect(kernelRing, all);
        rings.values().forEach(ring -> {
            if (ring.server() instanceof KernelRing server) {
                collect(server, all);
            }
        });
        return all;
    }

    private void collect(KernelRing server, List<Pending> all) {
        long now = System.nanoTime();
        Begun times = begunOf(server);
        server.ring().producer().forEachReceived(record -> {
            if (times.uses[record.index()] == record.generation()) {
                long age = Math.max(0, now - times.nanoTimes[record.index()]);
                all.add(new Pending(server.ring().name(), record.index(), age));
            }
        });
    }

    /// Puts a completion that answers no submission into one of this context's rings. Under the token.
    ///
    /// @return false if too many wait there
    /// @throws SchemeException EBADF if there is no such ring
    public boolean message(long ringId, CompletionQueueEntry message) {
        return find(ringId).message(message);
    }

    /// The context at the other end of one of this context's rings.
    ///
    /// @throws SchemeException EBADF if there is no such ring, EINVAL if it goes to the kernel
    public KernelContext serverOf(long ringId) {
        int number = find(ringId).id();
        KernelContext server = servers.get(number);
        if (server == null) {
            throw new SchemeException(Errno.EINVAL, "ring " + number + " of " + label() + " goes to the kernel");
        }
        return server;
    }

    private ConsumerRing find(long ringId) {
        ConsumerRing ring = ringId == kernel.id() ? kernel : rings.get((int) ringId);
        if (ring == null || ring.id() != ringId) {
            throw new SchemeException(Errno.EBADF, "context " + label() + " has no ring " + ringId);
        }
        return ring;
    }

    private void collect() {
        for (ConsumerRing ring : flushed) {
            ring.server().collect();
        }
    }

    /// Waits under the token while others run.
    ///
    /// @return whether the condition holds
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        return scheduler.runUntil(
                this,
                () -> {
                    flush();
                    collect();
                    return condition.getAsBoolean();
                },
                System.nanoTime() + timeoutNanos);
    }

    /// Runs host work that may block beside the context, and gives the context a turn afterwards.
    void offload(Runnable work) {
        Thread.ofVirtual().name(label() + "-host").start(() -> {
            try {
                work.run();
            } finally {
                wake();
            }
        });
    }

    /// Connects to a scheme.
    ///
    /// @throws SchemeException ENFILE at the limit
    public ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
        requireRoom();
        int ringId = ringIds.getAndIncrement();
        Connection connection = syscalls.connect(this, ringId, scheme, parameters);
        ServedScheme server = connection.server();
        ConsumerRing ring = new ConsumerRing(
                ringId,
                connection.ring().consumer(),
                parameters.polled()
                        ? new PolledServer(scheduler, server, connection.ring().producer())
                        : new WokenServer(server, this),
                this,
                scheduler);
        servers.put(ringId, server.context());
        add(ring);
        return ring;
    }

    /// One more ring to the kernel.
    ///
    /// @throws SchemeException ENFILE at the limit
    public ConsumerInstance openRing(RingParameters parameters) {
        requireRoom();
        int ringId = ringIds.getAndIncrement();
        KernelRing server = new KernelRing(this, label() + '/' + ringId + " → kernel", parameters, syscalls);
        ConsumerRing ring = new ConsumerRing(ringId, server.ring().consumer(), server, this, scheduler);
        add(ring);
        return ring;
    }

    private void requireRoom() {
        if (rings.size() >= grant.rings) {
            throw new SchemeException(
                    Errno.ENFILE, "context " + label() + " has " + rings.size() + " rings, as many as allowed");
        }
    }

    private void add(ConsumerRing ring) {
        rings.put(ring.id(), ring);
        listRings();
    }

    private void listRings() {
        List<ConsumerRing> all = new ArrayList<>();
        all.add(kernel);
        all.addAll(rings.values());
        flushed = all.toArray(ConsumerRing[]::new);
    }

    /// One of this context's rings by its number.
    ///
    /// @throws SchemeException EBADF
    public ConsumerInstance ring(int ringId) {
        return find(ringId);
    }

    void forget(ConsumerRing ring) {
        rings.remove(ring.id());
        servers.remove(ring.id());
        if (ring.server() instanceof KernelRing server) {
            begun.remove(server);
        }
        listRings();
    }

    /// The socket of a scheme that this context serves, registered now if it was not.
    public ServedScheme serve(SchemeName scheme) {
        ServedScheme socket = sockets.get(scheme.text());
        if (socket == null) {
            socket = syscalls.serve(this, scheme);
            sockets.put(scheme.text(), socket);
        }
        return socket;
    }

    /// The socket of this scheme is gone.
    public void forget(ServedScheme socket) {
        sockets.remove(socket.name().text());
    }

    /// The rings by which this context is asked, for display.
    public List<Ring> servedRings() {
        return sockets.values().stream()
                .flatMap(socket -> socket.rings().stream())
                .toList();
    }

    /// All rings of this context as asker and as server, for display.
    public List<Ring> describeRings() {
        Map<String, Ring> all = new TreeMap<>();
        all.put(kernelRing.ring().name(), kernelRing.ring());
        rings.values()
                .forEach(ring -> all.put(ring.end().ring().name(), ring.end().ring()));
        sockets.values().forEach(socket -> socket.rings().forEach(ring -> all.put(ring.name(), ring)));
        return new ArrayList<>(all.values());
    }

    /// Submissions in flight on this context's own rings.
    public int submissionsInFlight() {
        int count = kernelRing.ring().consumer().inFlight();
        for (ConsumerRing ring : rings.values()) {
            ConsumerEnd end = ring.end();
            count += end.inFlight();
        }
        return count;
    }

    /// Ends the context: its schemes disappear, its rings close, its files are closed, its memory goes when nobody
    /// touches it any more. Under the token, which is never given back.
    ///
    /// Its views end before its askers are answered: from then on they may use their bytes for something else. What of it
    /// fails is logged, and the rest is done all the same.
    public void end() {
        assign(null);
        Revocation revocation = new Revocation(view); // its own memory needs no keeping: its pool ends below
        contained(() -> keepLent(revocation));
        contained(() -> revoke(revocation));
        for (ServedScheme socket : List.copyOf(sockets.values())) {
            contained(socket::close);
        }
        for (ConsumerRing ring : List.copyOf(rings.values())) {
            contained(ring::close);
        }
        for (FileDescription file : files.close()) {
            if (file.release()) {
                contained(() -> syscalls.close(this, file));
            }
        }
        if (kernel.state() == RingState.OPEN) {
            contained(kernel::close);
        }
        contained(pool::closeForced);
        Runnable told = onEnd;
        onEnd = null;
        if (told != null) {
            contained(told);
        }
    }

    /// Nothing that goes wrong in this context reaches whoever happens to run it.
    private void contained(Runnable step) {
        try {
            step.run();
        } catch (Throwable failed) {
            LOG.log(Level.ERROR, () -> label() + ": " + failed + "; everything else goes on", failed);
        }
    }

    @Override
    protected boolean run() {
        doSoon();
        Duty now = duty;
        return now != null && now.turn();
    }

    @Override
    public String toString() {
        return label();
    }
}
