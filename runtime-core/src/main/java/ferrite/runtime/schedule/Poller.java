package ferrite.runtime.schedule;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The thread that looks at chosen rings all the time, so that who submits need not wake who serves. It spins while there
/// is traffic, and for a while after; then it says that it must be woken, looks once more, and parks.
final class Poller {
    /// Turns without work after which it parks: some 100 µs.
    private static final int IDLE_TURNS_MAX = 20_000;

    private static final long PARK_NANOS = 100_000_000;

    /// @param hasWork cheap; any thread
    private record Watch(BooleanSupplier hasWork, Task task) {}

    private final Scheduler scheduler;
    private final String name;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable Thread thread;
    private volatile boolean spinning;
    private volatile boolean closed;

    Poller(Scheduler scheduler, String name) {
        this.scheduler = scheduler;
        this.name = name;
    }

    /// Runs the task whenever there is work, until [#forget].
    void watch(BooleanSupplier hasWork, Task task) {
        watches.add(new Watch(hasWork, task));
        starting.lock();
        try {
            if (thread == null && !closed) {
                thread = Thread.ofPlatform().name(name + "-poller").daemon().start(this::poll);
            }
        } finally {
            starting.unlock();
        }
        wake();
    }

    void forget(BooleanSupplier hasWork) {
        watches.removeIf(watch -> watch.hasWork.equals(hasWork));
    }

    /// After work was published: whether it will be found without a wake. Any thread.
    boolean finds() {
        // ORDER: the work is out before we look; pairs with the fence in poll, which says "not spinning" and looks
        // again.
        VarHandle.fullFence();
        return spinning;
    }

    /// Ends a park; for who was told by [#finds] that it must wake.
    void wake() {
        LockSupport.unpark(thread);
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void poll() {
        spinning = true;
        int idle = 0;
        while (!closed) {
            if (runAll()) {
                idle = 0;
            } else if (++idle < IDLE_TURNS_MAX) {
                Thread.onSpinWait();
            } else {
                spinning = false;
                // ORDER: pairs with the fence in finds: either they see that they must wake us, or we see their work.
                VarHandle.fullFence();
                if (!runAll()) {
                    LockSupport.parkNanos(this, PARK_NANOS);
                }
                spinning = true;
                idle = 0;
            }
        }
        spinning = false;
    }

    private boolean runAll() {
        boolean found = false;
        for (Watch watch : watches) {
            if (watch.hasWork.getAsBoolean()) {
                scheduler.runHere(watch.task);
                found = true;
            }
        }
        return found;
    }
}
