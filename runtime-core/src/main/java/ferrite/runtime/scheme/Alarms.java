package ferrite.runtime.scheme;

import ferrite.runtime.schedule.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The kernel's alarms by time. Any thread adds; the reactor rings them.
///
/// An alarm is taken back by its claim alone. What was taken back is thrown out together as soon as it may be as much
/// as what is left: so the queue never holds more than twice the live alarms and [#KEPT_MIN], however many timeouts
/// were cancelled, and throwing out costs O(1) each.
///
/// The scheduler's own timers cannot be withdrawn, so few are used: one for the first alarm, never more than
/// [#TICK_NANOS] ahead, and another only if an alarm comes that is earlier by more than [#SLACK_NANOS].
final class Alarms {
    /// Alarms among which nothing is looked for to be thrown out.
    static final int KEPT_MIN = 1_024;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /// By how much an alarm may be late because another was first: what Linux gives its own timers.
    private static final long SLACK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Scheduler scheduler;

    /// Guards all fields. Nothing rings under it.
    private final ReentrantLock lock = new ReentrantLock();

    private final PriorityQueue<Alarm> queue = new PriorityQueue<>();
    private int sweepAt = KEPT_MIN;
    private boolean armed;
    private long armedAt;

    Alarms(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void add(Alarm alarm) {
        boolean arm;
        long at;
        lock.lock();
        try {
            queue.add(alarm);
            if (queue.size() >= sweepAt) {
                queue.removeIf(Alarm::isOver);
                sweepAt = Math.max(KEPT_MIN, queue.size() * 2);
            }
            arm = arm(System.nanoTime());
            at = armedAt;
        } finally {
            lock.unlock();
        }
        if (arm) {
            scheduler.at(at, () -> turn(at));
        }
    }

    /// Alarms that are kept, live or not.
    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    private void turn(long firedAt) {
        List<Alarm> due = new ArrayList<>();
        boolean arm;
        long at;
        lock.lock();
        try {
            long now = System.nanoTime();
            for (Alarm first = queue.peek(); first != null && first.nanoTime() - now <= 0; first = queue.peek()) {
                due.add(queue.remove());
            }
            if (firedAt == armedAt) {
                armed = false;
            }
            arm = arm(now);
            at = armedAt;
        } finally {
            lock.unlock();
        }
        if (arm) {
            scheduler.at(at, () -> turn(at));
        }
        for (Alarm alarm : due) {
            if (alarm.claim()) {
                alarm.ring();
            }
        }
    }

    /// Under the lock.
    ///
    /// @return whether the scheduler is to be told of `armedAt`
    private boolean arm(long now) {
        Alarm first = queue.peek();
        if (first == null) {
            return false;
        }
        long at = first.nanoTime() - now > TICK_NANOS ? now + TICK_NANOS : first.nanoTime();
        if (armed && at - armedAt >= -SLACK_NANOS) {
            return false;
        }
        armed = true;
        armedAt = at;
        return true;
    }
}
