package ferrite.runtime.schedule;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Decides which thread runs which task. Whoever needs a task may run it: a thread that waits for an answer runs the
/// tasks that its request woke, one after the other and never nested in each other, so that a request crosses the
/// whole stack without a thread hop. One reactor thread runs what is woken by time or from outside.
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Scheduler.class.getName());

    /// Tasks that a thread still runs for others after its own wish is fulfilled; the rest goes to the reactor.
    private static final int COURTESY_RUNS_MAX = 64;

    /// Turns of a spinning wait before the thread parks: about what a cross-core wake would cost.
    private static final int SPINS_BEFORE_PARK = 2_000;

    private static final long PARK_NANOS_MAX = 50_000_000;
    private static final long CLAIM_PARK_NANOS = 20_000;

    /// The tasks that this thread has woken and not yet run. Single-threaded.
    static final class Runner {
        final ArrayDeque<Task> queue = new ArrayDeque<>();
        int depth;
    }

    private final ThreadLocal<Runner> runners = ThreadLocal.withInitial(Runner::new);
    private final Queue<Task> inbox = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers();
    private final Thread reactor;
    private final Poller poller;
    private volatile boolean closed;

    public Scheduler(String name) {
        reactor = Thread.ofPlatform().name(name + "-reactor").daemon().unstarted(this::react);
        poller = new Poller(this, name);
        reactor.start();
    }

    /// Makes sure that the task runs at least once from now on. Any thread; never waits.
    public void wake(Task task) {
        if (task.isMine()) {
            task.again = true; // it looks at its rings before it gives the token back
        } else if (task.state.compareAndSet(Task.IDLE, Task.QUEUED)) {
            enqueue(task);
        } else {
            wakeBusy(task);
        }
    }

    /// [#wake] on a thread that holds the token of `waker`: finds faster where to put the task.
    public void wakeFrom(Task waker, Task task) {
        Runner runner = waker.runner;
        if (runner == null || waker.runnerThread != Thread.currentThread() || runner.depth == 0) {
            wake(task);
        } else if (task.state.compareAndSet(Task.IDLE, Task.QUEUED)) {
            runner.queue.addLast(task);
        } else {
            wakeBusy(task);
        }
    }

    /// Wakes a task that was not idle.
    private void wakeBusy(Task task) {
        if (task.isMine()) {
            task.again = true;
            return;
        }
        // ORDER: what the waker published in a ring comes before its look at the state; pairs with the
        // compare-and-set to RUNNING, after which the task looks at its rings.
        VarHandle.fullFence();
        while (true) {
            int state = task.state.get();
            switch (state) {
                case Task.IDLE -> {
                    if (task.state.compareAndSet(Task.IDLE, Task.QUEUED)) {
                        enqueue(task);
                        return;
                    }
                }
                case Task.RUNNING -> {
                    if (task.state.compareAndSet(Task.RUNNING, Task.RUNNING_AGAIN)) {
                        task.unparkSleeper();
                        return;
                    }
                }
                case Task.QUEUED -> {
                    return;
                }
                default -> {
                    task.unparkSleeper();
                    return;
                }
            }
        }
    }

    /// Wakes the task at a time, once. Any thread.
    public void wakeAt(Task task, long nanoTime) {
        if (timers.add(nanoTime, () -> wake(task))) {
            LockSupport.unpark(reactor);
        }
    }

    /// Runs something short on the reactor thread at a time. Any thread.
    public void at(long nanoTime, Runnable action) {
        if (timers.add(nanoTime, () -> fire(action))) {
            LockSupport.unpark(reactor);
        }
    }

    private static void fire(Runnable action) {
        try {
            action.run();
        } catch (Throwable failed) {
            LOG.log(Level.ERROR, "what was to be done at a time failed; everything else goes on", failed);
        }
    }

    /// Runs woken tasks on this thread until the condition holds. The caller holds the token of `self`, and keeps it.
    ///
    /// @param self woken whenever the condition may have changed
    /// @param deadline [System#nanoTime] at which to give up
    /// @return whether the condition holds; false also if the thread is interrupted or the scheduler closes
    public boolean runUntil(Task self, BooleanSupplier condition, long deadline) {
        Runner runner = runners.get();
        runner.depth++;
        boolean woken = false;
        boolean holds;
        int idleTurns = 0;
        try {
            while (true) {
                if (self.state.get() == Task.RUNNING_AGAIN) {
                    self.state.set(Task.RUNNING);
                    woken = true;
                }
                holds = condition.getAsBoolean();
                if (holds) {
                    break;
                }
                Task next = runner.queue.pollFirst();
                if (next != null) {
                    runOne(next);
                    idleTurns = 0;
                    continue;
                }
                long left = deadline - System.nanoTime();
                // Only the outermost wait of a thread is interrupted: what runs inside it runs for others.
                if (left <= 0
                        || closed
                        || runner.depth == 1 && Thread.currentThread().isInterrupted()) {
                    break;
                }
                if (idleTurns++ < SPINS_BEFORE_PARK) {
                    Thread.onSpinWait();
                } else {
                    sleep(self, condition, Math.min(left, PARK_NANOS_MAX));
                }
            }
        } finally {
            if (runner.depth == 1) {
                leave(runner);
            }
            runner.depth--;
            if (woken) {
                self.state.compareAndSet(Task.RUNNING, Task.RUNNING_AGAIN);
            }
        }
        return holds;
    }

    /// Makes this thread, which holds the token of `self`, one that runs what it wakes, until [#leave(Task)]. As
    /// [#inRunner], but nothing is made or looked up.
    public void join(Task self) {
        Thread me = Thread.currentThread();
        Runner runner = self.runner;
        if (runner == null || self.runnerThread != me) {
            runner = runners.get();
            self.runner = runner;
            self.runnerThread = me;
        }
        runner.depth++;
    }

    /// Between [#join] and [#leave(Task)]: runs the next task that this thread has woken.
    ///
    /// @return false if there is none
    public boolean runNext(Task self) {
        Runner runner = self.runner;
        Task next = runner == null ? null : runner.queue.pollFirst();
        if (next == null) {
            return false;
        }
        runOne(next);
        return true;
    }

    /// Ends [#join].
    public void leave(Task self) {
        Runner runner = self.runner;
        if (runner != null) {
            if (runner.depth == 1 && !runner.queue.isEmpty()) {
                leave(runner);
            }
            runner.depth--;
        }
    }

    /// Runs a task on the polling thread whenever there is work for it.
    ///
    /// @param hasWork cheap; asked by that thread all the time
    public void poll(BooleanSupplier hasWork, Task task) {
        poller.watch(hasWork, task);
    }

    /// Ends [#poll].
    public void stopPolling(BooleanSupplier hasWork) {
        poller.forget(hasWork);
    }

    /// After work was published for a polled task: makes sure that it is found.
    public void tellPoller() {
        if (!poller.finds()) {
            poller.wake();
        }
    }

    /// Runs a task on this thread if nobody else has it, and what it wakes after it.
    void runHere(Task task) {
        Runner runner = runners.get();
        runner.depth++;
        if (task.state.compareAndSet(Task.IDLE, Task.QUEUED) || task.state.get() == Task.QUEUED) {
            runOne(task);
        } else {
            wake(task);
        }
        if (runner.depth == 1) {
            leave(runner);
        }
        runner.depth--;
    }

    /// Takes the token of a task for the calling thread, whoever else wants it. Ends with [#release].
    public void claim(Task task) {
        task.claims.incrementAndGet();
        while (!task.state.compareAndSet(Task.IDLE, Task.RUNNING)
                && !task.state.compareAndSet(Task.QUEUED, Task.RUNNING)) {
            LockSupport.parkNanos(CLAIM_PARK_NANOS);
        }
        task.hold();
    }

    /// Gives a claimed token back; the task runs soon.
    public void release(Task task) {
        task.unhold(null);
        task.claims.decrementAndGet();
        task.state.set(Task.QUEUED);
        enqueue(task);
    }

    /// Gives back the token that a task was created with, so that it runs for the first time.
    public void begin(Task task) {
        task.state.set(Task.QUEUED);
        enqueue(task);
    }

    /// Runs an action as if inside a task: what it wakes is run by this thread afterwards.
    public void inRunner(Runnable action) {
        Runner runner = runners.get();
        runner.depth++;
        try {
            action.run();
        } finally {
            if (runner.depth == 1) {
                leave(runner);
            }
            runner.depth--;
        }
    }

    @Override
    public void close() {
        closed = true;
        poller.close();
        LockSupport.unpark(reactor);
        if (Thread.currentThread() != reactor) {
            try {
                reactor.join(2_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void enqueue(Task task) {
        Runner runner = runners.get();
        if (runner.depth > 0) {
            runner.queue.addLast(task);
        } else {
            hand(task);
        }
    }

    private void hand(Task task) {
        inbox.add(task);
        if (Thread.currentThread() != reactor) {
            LockSupport.unpark(reactor);
        }
    }

    private void runOne(Task task) {
        if (!task.state.compareAndSet(Task.QUEUED, Task.RUNNING)) {
            return; // somebody claimed it while it stood in our queue
        }
        Thread before = task.hold();
        boolean again = turn(task);
        again |= task.again;
        task.again = false;
        task.unhold(before);
        if (!again && task.state.compareAndSet(Task.RUNNING, Task.IDLE)) {
            return;
        }
        task.state.set(Task.QUEUED);
        if (task.claims.get() == 0) {
            enqueue(task);
        } // else a claimer is waiting for exactly this; its release queues the task
    }

    /// Whoever runs a task runs it for others as well, the reactor for all: no task may end that thread.
    private static boolean turn(Task task) {
        try {
            return task.run();
        } catch (Throwable failed) {
            LOG.log(Level.ERROR, () -> "a turn of " + task + " failed; everything else goes on", failed);
            return false;
        }
    }

    /// Runs a few more tasks for others, then hands the rest to the reactor: nobody may depend on a thread that left.
    private void leave(Runner runner) {
        for (int runs = 0; runs < COURTESY_RUNS_MAX; runs++) {
            Task next = runner.queue.pollFirst();
            if (next == null) {
                return;
            }
            runOne(next);
        }
        for (Task next = runner.queue.pollFirst(); next != null; next = runner.queue.pollFirst()) {
            hand(next);
        }
    }

    private static void sleep(Task self, BooleanSupplier condition, long nanos) {
        self.sleeper = Thread.currentThread();
        // ORDER: our name stands before we look again; pairs with the fence at the top of wake, whose caller
        // published first and looks for our name afterwards.
        VarHandle.fullFence();
        try {
            if (self.state.get() != Task.RUNNING_AGAIN && !condition.getAsBoolean()) {
                LockSupport.parkNanos(nanos);
            }
        } finally {
            self.sleeper = null;
        }
    }

    private void react() {
        Runner runner = runners.get();
        runner.depth = 1;
        while (!closed) {
            boolean found = timers.fire(System.nanoTime());
            for (Task task = inbox.poll(); task != null; task = inbox.poll()) {
                runner.queue.addLast(task);
            }
            int runs = 0;
            for (@Nullable Task next = runner.queue.pollFirst(); next != null; next = runner.queue.pollFirst()) {
                runOne(next);
                found = true;
                if (++runs == COURTESY_RUNS_MAX) {
                    break; // time passes for the timers too
                }
            }
            if (!found && inbox.isEmpty()) {
                LockSupport.parkNanos(this, timers.nanosToNext(System.nanoTime()));
            }
        }
    }
}
