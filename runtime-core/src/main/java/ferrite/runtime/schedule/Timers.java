package ferrite.runtime.schedule;

import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Actions by time. Any thread adds; the reactor fires. A timer is not withdrawn: its action checks whether it is
/// still wanted.
final class Timers {
    private static final long IDLE_NANOS = 1_000_000_000;

    private record Timer(long nanoTime, long order, Runnable action) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Timer> queue = new PriorityQueue<>((a, b) -> {
        int byTime = Long.signum(a.nanoTime - b.nanoTime); // System.nanoTime may wrap: compare by difference
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    });
    private long added;

    /// @return whether the new timer is the first to fire
    boolean add(long nanoTime, Runnable action) {
        lock.lock();
        try {
            Timer timer = new Timer(nanoTime, added++, action);
            queue.add(timer);
            return timer.equals(queue.peek());
        } finally {
            lock.unlock();
        }
    }

    /// @return whether something fired
    boolean fire(long now) {
        boolean fired = false;
        for (Timer timer = next(now); timer != null; timer = next(now)) {
            timer.action.run();
            fired = true;
        }
        return fired;
    }

    long nanosToNext(long now) {
        lock.lock();
        try {
            Timer first = queue.peek();
            return first == null ? IDLE_NANOS : Math.clamp(first.nanoTime - now, 1, IDLE_NANOS);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Timer next(long now) {
        lock.lock();
        try {
            Timer first = queue.peek();
            return first != null && first.nanoTime - now <= 0 ? queue.poll() : null;
        } finally {
            lock.unlock();
        }
    }
}
