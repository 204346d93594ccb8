package ferrite.runtime.schedule;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Something that runs under a run token: never on two threads at once, on any thread, and again whenever it was
/// woken since it last began.
///
/// ```
///          wake                  a runner takes it
///  IDLE ─────────▶ QUEUED ─────────────────────────▶ RUNNING ──wake──▶ RUNNING_AGAIN
///    ▲                ▲                                  │                    │
///    └────────────────┼──────────── done ────────────────┘                    │
///                     └───────────────────────── done ────────────────────────┘
/// ```
///
/// RUNNING and RUNNING_AGAIN are the token. Whoever holds it owns all single-threaded state of the task; the
/// compare-and-set that passes it on is also what makes that state visible to the next holder.
public abstract class Task {
    static final int IDLE = 0;
    static final int QUEUED = 1;
    static final int RUNNING = 2;
    static final int RUNNING_AGAIN = 3;

    final AtomicInteger state;

    /// How many threads want the token for themselves (a swap); while it is not 0 a finished run does not queue.
    final AtomicInteger claims = new AtomicInteger();

    /// The thread that holds the token and sleeps until it is woken.
    volatile @Nullable Thread sleeper;

    /// The thread that holds the token; null: none, or one that does not say so. Plain: a thread finds *itself* here only
    /// if it wrote that itself and has not taken it back since, so no other thread's write can mislead it.
    private @Nullable Thread holder;

    /// Woken by its own holder. Under the token.
    boolean again;

    /// What [Scheduler#join] has found for the thread that held the token last. Under the token.
    Scheduler.@Nullable Runner runner;

    @Nullable
    Thread runnerThread;

    /// @param held whether the creating thread holds the token from the start
    protected Task(boolean held) {
        state = new AtomicInteger(held ? RUNNING : IDLE);
    }

    /// One turn, under the token. Should not throw: that turn is lost then, but nothing else.
    ///
    /// @return whether there is more to do at once
    protected abstract boolean run();

    /// Whether nothing is queued or running.
    public final boolean isIdle() {
        return state.get() == IDLE;
    }

    /// Whether the calling thread holds the token, and has said so by [#hold].
    public final boolean isMine() {
        return holder == Thread.currentThread();
    }

    /// The calling thread, which has the token, says so. Ends with [#unhold].
    ///
    /// @return who had said so before
    public final @Nullable Thread hold() {
        Thread before = holder;
        Thread me = Thread.currentThread();
        if (before != me) {
            holder = me; // a reference that is written costs more than one that is compared
        }
        return before;
    }

    /// @param before what [#hold] returned
    public final void unhold(@Nullable Thread before) {
        if (holder != before) {
            holder = before;
        }
    }

    final void unparkSleeper() {
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
