package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.SchemeTarget;
import ferrite.runtime.context.ServedScheme;
import ferrite.runtime.ring.ConsumerEnd;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.schedule.Scheduler;
import ferrite.runtime.schedule.Task;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A scheme that a plug-in serves, as the kernel sees it: the asking end of its kernel-to-user ring.
///
/// A call stays pending here, its buffer guarded by the ring's record, until the server answers; no thread waits with
/// it. If the server dies, the ring's records are answered ENODEV like any others. Calls that find the ring full
/// wait in order; there are at most as many as all callers may have in flight.
final class UserScheme extends Task implements SchemeTarget {
    private static final RingParameters PARAMETERS = new RingParameters(128, 512);

    private final Scheduler scheduler;
    private final ServedScheme socket;
    private final KernelContext server;
    private final Ring ring;

    /// Guards the asking end and `full`: several callers may ask at once. Held for a few instructions.
    private final ReentrantLock asking = new ReentrantLock();

    private final Deque<KernelCall> full = new ConcurrentLinkedDeque<>();
    private volatile boolean gone;

    // The completion that was taken last. Under the token; fields, so that a completion needs no new object.
    private @Nullable KernelCall answered;
    private long status;
    private long extra;
    private boolean terminal;

    UserScheme(Scheduler scheduler, ServedScheme socket, int ringId) {
        super(false);
        this.scheduler = scheduler;
        this.socket = socket;
        server = socket.context();
        ring = new Ring("kernel → " + socket.name() + ":", new Ring.Attachment.KernelToUser(), PARAMETERS);
        socket.attach(ringId, ring, server.asCaller(), () -> scheduler.wake(this));
    }

    ServedScheme socket() {
        return socket;
    }

    /// The server has withdrawn the name. Its ring answers what is outstanding.
    void withdraw() {
        gone = true;
        scheduler.wake(this);
    }

    @Override
    public String name() {
        return socket.name().text();
    }

    @Override
    public int layer() {
        return server.layer();
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void handle(KernelCall call) {
        boolean taken;
        asking.lock();
        try {
            taken = ring.state() == RingState.OPEN;
            if (taken && (!full.isEmpty() || !send(call))) {
                full.addLast(call);
            }
        } finally {
            asking.unlock();
        }
        if (taken) {
            socket.arrived();
            if (gone) {
                scheduler.wake(this);
            }
        } else {
            call.fail(Errno.ENODEV);
        }
    }

    @Override
    public void cancel(KernelCall call) {
        boolean waiting;
        asking.lock();
        try {
            waiting = full.remove(call);
            if (!waiting) {
                ring.consumer().cancelAttached(call);
            }
        } finally {
            asking.unlock();
        }
        if (waiting) {
            call.fail(Errno.ECANCELED);
        } else {
            server.wake();
        }
    }

    /// Takes answers to their callers, and sends what had to wait.
    @Override
    protected boolean run() {
        while (reap()) {
            KernelCall call = answered;
            answered = null;
            if (call != null) {
                if (terminal) {
                    call.complete(status, extra);
                } else if (!call.post(status, extra)) {
                    giveUp(call);
                }
            }
        }
        if (unblocksEvents()) {
            socket.arrived();
        }
        if (ring.state() == RingState.OPEN && full.isEmpty()) {
            return false;
        }
        List<KernelCall> refused = new ArrayList<>();
        boolean sent = false;
        asking.lock();
        try {
            if (ring.state() == RingState.OPEN) {
                while (!full.isEmpty() && send(full.getFirst())) {
                    full.removeFirst();
                    sent = true;
                }
            } else {
                refused.addAll(full);
                full.clear();
            }
        } finally {
            asking.unlock();
        }
        if (sent) {
            socket.arrived();
        }
        refused.forEach(call -> call.fail(Errno.ENODEV));
        return false;
    }

    /// A watcher that does not read its events: its watch ends, so that it learns that it has missed some.
    private void giveUp(KernelCall call) {
        call.fail(Errno.ENOBUFS);
        cancel(call);
    }

    /// @return whether nothing is left to do for this call but to wait for its answer
    private boolean send(KernelCall call) {
        try {
            return ring.consumer()
                    .submit(
                            call.head(),
                            call.file(),
                            call.length(),
                            call.address(),
                            call.offset(),
                            call.additional1(),
                            call.additional2(),
                            call.hasBuffer() ? call.buffer() : null, // goes on when the asker has closed its own
                            0,
                            call);
        } catch (SchemeException staleBuffer) {
            call.fail(staleBuffer.errno());
            return true;
        }
    }

    /// Takes one completion into the fields.
    private boolean reap() {
        asking.lock();
        try {
            ConsumerEnd end = ring.consumer();
            if (!end.reap()) {
                return false;
            }
            answered = end.attachment() instanceof KernelCall call ? call : null;
            status = end.status();
            extra = end.extra();
            terminal = end.isTerminal();
            return true;
        } finally {
            asking.unlock();
        }
    }

    private boolean unblocksEvents() {
        asking.lock();
        try {
            return ring.consumer().unblocksEvents();
        } finally {
            asking.unlock();
        }
    }
}
