package ferrite.runtime.context;

import ferrite.buffer.Revocation;
import ferrite.runtime.schedule.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Instances that have ended while a system call of theirs had not: asked again and again until it has, so that what is
/// kept for it comes back. Any thread.
public final class Revocations {
    private static final Logger LOG = System.getLogger(Revocations.class.getName());

    private static final long FIRST_RETRY_NANOS = 10_000_000;
    private static final long RETRY_NANOS_MAX = 160_000_000;

    private final Scheduler scheduler;
    private final Set<Revocation> waiting = ConcurrentHashMap.newKeySet();

    /// @param scheduler whose reactor thread asks
    public Revocations(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Ends it now, or later if it cannot be ended yet.
    public void end(Revocation revocation) {
        if (!revocation.end()) {
            waiting.add(revocation);
            retryIn(FIRST_RETRY_NANOS, revocation);
        }
    }

    private void retryIn(long nanos, Revocation revocation) {
        scheduler.at(System.nanoTime() + nanos, () -> retry(nanos, revocation));
    }

    private void retry(long waitedNanos, Revocation revocation) {
        if (ends(revocation)) {
            return;
        }
        if (waitedNanos == FIRST_RETRY_NANOS) {
            LOG.log(Level.WARNING, "waiting for a {0}", revocation);
        }
        retryIn(Math.min(2 * waitedNanos, RETRY_NANOS_MAX), revocation);
    }

    private boolean ends(Revocation revocation) {
        if (!waiting.contains(revocation)) {
            return true;
        }
        boolean ended = revocation.end();
        if (ended) {
            waiting.remove(revocation);
        }
        return ended;
    }

    /// Those that still wait, after another try. For display, and when the kernel ends.
    public List<Revocation> waiting() {
        return waiting.stream().filter(each -> !ends(each)).toList();
    }
}
