package ferrite.client;

import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.EnterFlags;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waits inside `enter` of the reactor's ring. Another thread ends that by interrupting the owner, which is how a
/// thread of an application is taken out of `enter`; the interrupt is taken back before the owner goes on, so nothing
/// else sees it. With several rings it enters each in turn for [#SLICE_NANOS], since a ring tells only of itself.
final class ThreadWaiting implements Waiting {
    /// How long it waits on one of several rings, nanoseconds.
    static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private enum State {
        AWAKE,
        ASLEEP,
        /// Somebody is about to interrupt the owner.
        INTERRUPTING,
        INTERRUPTED
    }

    private final Supplier<List<ConsumerPort>> ports;
    private final AtomicReference<State> state = new AtomicReference<>(State.AWAKE);
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile @Nullable Thread sleeper;
    private int turn;

    /// @param ports the rings at the moment; asked on the owner's thread
    ThreadWaiting(Supplier<List<ConsumerPort>> ports) {
        this.ports = ports;
    }

    @Override
    public void sleep(BooleanSupplier ready, long timeoutNanos) {
        sleeper = Thread.currentThread();
        state.set(State.ASLEEP);
        // The state stands before we look at the inbox: who adds after our look finds us asleep.
        if (!woken.getAndSet(false) && !ready.getAsBoolean()) {
            enter(timeoutNanos);
        }
        if (!state.compareAndSet(State.ASLEEP, State.AWAKE)) {
            while (state.get() != State.INTERRUPTED) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
            woken.set(false);
            state.set(State.AWAKE);
        }
    }

    @Override
    public void wake() {
        woken.set(true);
        Thread thread = sleeper;
        if (thread != null && state.compareAndSet(State.ASLEEP, State.INTERRUPTING)) {
            thread.interrupt();
            state.set(State.INTERRUPTED);
        }
    }

    private void enter(long timeoutNanos) {
        List<ConsumerPort> rings = ports.get();
        if (rings.isEmpty()) {
            LockSupport.parkNanos(this, timeoutNanos);
            return;
        }
        turn = (turn + 1) % rings.size();
        ConsumerPort port = rings.get(turn);
        ConsumerInstance ring = port.ring;
        long nanos = rings.size() == 1 ? timeoutNanos : Math.min(timeoutNanos, SLICE_NANOS);
        ring.enter(1, port.hasWaiting() ? EnterFlags.SQ_AVAILABLE : 0, nanos);
    }
}
