package ferrite.runtime.scheme;

import ferrite.runtime.ring.Ring;
import ferrite.runtime.ring.RingRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Since when each request is known to be in flight, for display. Rings read no clock for it: whoever looks at them notes
/// what is new since the last look, and [#LOOK_NANOS] is never far away. So an age is a lower bound, and less than the
/// time between two looks too short. Any thread.
public final class RequestAges {
    /// Between two looks of the kernel.
    public static final long LOOK_NANOS = 1_000_000_000;

    /// By record: the use that was seen last, and when it was seen first.
    private static final class Seen {
        final int[] uses;
        final long[] since;

        Seen(int records) {
            uses = new int[records];
            since = new long[records];
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Ring, Seen> seen = new HashMap<>();

    /// Looks at all rings that there are, and forgets the others.
    ///
    /// @param now [System#nanoTime]
    public void lookAtAll(Collection<Ring> rings, long now) {
        Set<Ring> live = Set.copyOf(rings);
        lock.lock();
        try {
            seen.keySet().retainAll(live);
            live.forEach(ring -> note(ring, now));
        } finally {
            lock.unlock();
        }
    }

    /// How long requests have been in flight at least, nanoseconds, in their order.
    ///
    /// @param requests of the ring
    /// @param now [System#nanoTime]
    public long[] atLeast(Ring ring, List<RingRequest> requests, long now) {
        lock.lock();
        try {
            Seen known = note(ring, now);
            return requests.stream()
                    .mapToLong(each -> known.uses[each.record()] == each.use() ? now - known.since[each.record()] : 0)
                    .toArray();
        } finally {
            lock.unlock();
        }
    }

    private Seen note(Ring ring, long now) {
        Seen known =
                seen.computeIfAbsent(ring, each -> new Seen(each.parameters().inFlightMax()));
        for (int record = 0; record < known.uses.length; record++) {
            int use = ring.useInFlight(record);
            if (known.uses[record] != use) {
                known.uses[record] = use;
                known.since[record] = now;
            }
        }
        return known;
    }
}
