package ferrite.filed;

import ferrite.spi.context.Context;
import java.util.concurrent.TimeUnit;

/// Asks for the turns in which the host's answers are looked for: soon after something came, less often while nothing
/// comes, never while nothing is in flight.
final class PollClock {
    private static final long SOON_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LATE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Context context;
    private long stepNanos = SOON_NANOS;
    private long next;
    private boolean planned;

    PollClock(Context context) {
        this.context = context;
    }

    /// At the end of a turn.
    ///
    /// @param needed whether answers will come that nobody tells us of
    /// @param found whether this turn had something to do
    void plan(boolean needed, boolean found) {
        long now = context.nanoTime();
        boolean passed = planned && now - next >= 0;
        planned &= !passed;
        if (found) {
            stepNanos = SOON_NANOS;
        } else if (passed) {
            stepNanos = Math.min(2 * stepNanos, LATE_NANOS);
        }
        if (needed && !planned) {
            planned = true;
            next = now + stepNanos;
            context.wakeAt(next);
        }
    }
}
