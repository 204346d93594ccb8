package ferrite.client;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// What other threads hand to the owner of a reactor, in order. Requests are bounded by the permits of their ring,
/// cancellations by the requests, tasks by [#TASKS_MAX].
final class Inbox {
    /// Most tasks that wait.
    static final int TASKS_MAX = 65_536;

    /// A piece of work for the owner.
    interface Work {
        /// On the owner's thread.
        void run();

        /// Instead of [#run], when the reactor has closed. Any thread.
        void refuse();
    }

    private final ConcurrentLinkedQueue<Work> works = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tasks = new AtomicInteger();
    private volatile boolean closed;

    void add(Work work) {
        works.add(work);
        if (closed) {
            refuseAll(); // lost the race against close
        }
    }

    /// @throws RejectedExecutionException if too many wait
    void addTask(Work work) {
        if (tasks.incrementAndGet() > TASKS_MAX) {
            tasks.decrementAndGet();
            throw new RejectedExecutionException(TASKS_MAX + " tasks wait for the reactor; drive it");
        }
        add(new Work() {
            @Override
            public void run() {
                tasks.decrementAndGet();
                work.run();
            }

            @Override
            public void refuse() {
                tasks.decrementAndGet();
                work.refuse();
            }
        });
    }

    boolean isEmpty() {
        return works.isEmpty();
    }

    /// Runs at most `limit` pieces; what they add themselves comes after the others.
    int run(int limit, Faults faults) {
        int count = 0;
        while (count < limit) {
            Work work = works.poll();
            if (work == null) {
                break;
            }
            count++;
            try {
                work.run();
            } catch (RuntimeException | Error thrown) {
                faults.uncaught(thrown);
            }
        }
        return count;
    }

    void close() {
        closed = true;
        refuseAll();
    }

    private void refuseAll() {
        for (Work work = works.poll(); work != null; work = works.poll()) {
            work.refuse();
        }
    }
}
