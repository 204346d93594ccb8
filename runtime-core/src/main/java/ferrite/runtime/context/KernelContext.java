package ferrite.runtime.context;

import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.runtime.ring.ConsumerEnd;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.schedule.Scheduler;
import ferrite.runtime.schedule.Task;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.SchemeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A process of the runtime: descriptors, rings, memory, and the token under which its code runs. What is here stays
/// when the plug-in in it is replaced.
public final class KernelContext extends Task {
    /// The plug-in's turn of duty.
    public interface Duty {
        /// Under the token; must not throw.
        /// @return whether there is more to do at once
        boolean turn();
    }

    private final int id;
    private final String name;
    private final int layer;
    private final Scheduler scheduler;
    private final Syscalls syscalls;
    private final FileTable files = new FileTable();
    private final SharedBufferPool pool;
    private final ViewArena kernelView;
    private final KernelRing kernelRing;
    private final ConsumerRing kernel;
    private final AtomicInteger ringIds = new AtomicInteger();

    /// Rings to other contexts, by number. Written under the token, read for display.
    private final Map<Integer, ConsumerRing> rings = new ConcurrentSkipListMap<>();

    private final Map<String, ServedScheme> sockets = new ConcurrentSkipListMap<>();

    private volatile boolean quiescing;
    private volatile @Nullable Duty duty;

    /// Of the present plug-in instance, or of the application.
    private volatile ViewArena view;

    private long wakeWish;
    private boolean hasWakeWish;

    /// @param layer height in the stack, [ferrite.spi.plugin.Layer#height()] or one more for applications
    /// @param pool this context's memory
    /// @param kernelView through which the kernel itself touches bytes that callers lend it
    public KernelContext(
            int id,
            String name,
            int layer,
            Scheduler scheduler,
            Syscalls syscalls,
            SharedBufferPool pool,
            ViewArena kernelView) {
        super(true);
        this.id = id;
        this.name = name;
        this.layer = layer;
        this.scheduler = scheduler;
        this.syscalls = syscalls;
        this.pool = pool;
        this.kernelView = kernelView;
        this.view = new ViewArena(name);
        kernelRing = new KernelRing(this, RingParameters.DEFAULT, syscalls);
        kernel = new ConsumerRing(ringIds.getAndIncrement(), kernelRing.ring().consumer(), kernelRing, this, scheduler);
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
        return new CallerContext(id, name, layer);
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
    /// @return the view so far; close it once it is certain that its instance does not come back
    public ViewArena exchangeView(ViewArena next) {
        ViewArena previous = view;
        view = next;
        sockets.values().forEach(ServedScheme::forgetRequests);
        return previous;
    }

    /// Who does the duty from now on; null: nobody.
    public void assign(@Nullable Duty newDuty) {
        duty = newDuty;
    }

    /// Runs it soon. Any thread.
    public void wake() {
        scheduler.wake(this);
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
                .mapToInt(ring -> Math.max(0, ring.producer().waiting()))
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
        kernel.flush();
        for (ConsumerRing ring : rings.values()) {
            ring.flush();
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
                    return condition.getAsBoolean();
                },
                System.nanoTime() + timeoutNanos);
    }

    /// Connects to a scheme.
    ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
        int ringId = ringIds.getAndIncrement();
        Connection connection = syscalls.connect(this, ringId, scheme, parameters);
        ServedScheme server = connection.server();
        ConsumerRing ring = new ConsumerRing(
                ringId,
                connection.ring().consumer(),
                new ConsumerRing.Server() {
                    @Override
                    public void submitted() {
                        server.arrived();
                    }

                    @Override
                    public void closed() {
                        server.context().wake();
                    }
                },
                this,
                scheduler);
        rings.put(ringId, ring);
        return ring;
    }

    ConsumerInstance ring(int ringId) {
        ConsumerRing ring = rings.get(ringId);
        if (ring == null) {
            throw new SchemeException(Errno.EBADF, "context " + label() + " has no ring " + ringId);
        }
        return ring;
    }

    void forget(ConsumerRing ring) {
        rings.remove(ring.id());
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
    public void end() {
        assign(null);
        for (ServedScheme socket : List.copyOf(sockets.values())) {
            socket.close();
        }
        for (ConsumerRing ring : List.copyOf(rings.values())) {
            ring.close();
        }
        for (FileDescription file : files.close()) {
            if (file.release()) {
                syscalls.close(this, file);
            }
        }
        if (kernel.state() == RingState.OPEN) {
            kernel.close();
        }
        view.close();
        pool.closeForced();
    }

    @Override
    protected boolean run() {
        Duty now = duty;
        return now != null && now.turn();
    }
}
