package ferrite.runtime.scheme;

import java.util.concurrent.atomic.AtomicBoolean;

/// Something that is to happen at a time, unless it is taken back before. Exactly one of the two happens: whoever
/// [#claim]s it.
abstract class Alarm implements Comparable<Alarm> {
    private final long nanoTime;
    private final AtomicBoolean claimed = new AtomicBoolean();

    /// @param nanoTime [System#nanoTime] at which it rings
    Alarm(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    final long nanoTime() {
        return nanoTime;
    }

    /// @return whether it is the caller's: true once
    final boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /// Whether it need not be kept any more. Once true, true for ever. Any thread.
    boolean isOver() {
        return claimed.get();
    }

    /// What happens. On the reactor thread, after the claim; short, never waits.
    abstract void ring();

    @Override
    public final int compareTo(Alarm other) {
        return Long.signum(nanoTime - other.nanoTime); // System.nanoTime may wrap: compare by difference
    }
}
