package ferrite.buffer;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// Which use of each place it is, so that a handle of an earlier use is told from the one of today.
///
/// 16 bits a place, odd while a handle of it is live, one more with every begin and end. After 32,768 uses of one place
/// an old handle of it looks new again: a kept handle is caught with certainty only within that. Read and written by the
/// cache's owner; by others under the lock, which therefore also covers growth.
final class Generations {
    /// Places, at most: what fits in a handle.
    static final int PLACES_MAX = 1 << 25;

    private static final int PLACES_AT_FIRST = 512;

    private final ReentrantLock lock;
    private final char first;
    private char[] counts = new char[0];

    /// @param lock of the cache, for other threads' releases
    /// @param first of every place; different in each cache, so that handles of two caches rarely look alike
    Generations(ReentrantLock lock, int first) {
        this.lock = lock;
        this.first = (char) (first & 0xFFFE);
    }

    /// Makes room for so many places.
    ///
    /// @return false if that is more than handles can name
    boolean reach(int places) {
        if (places <= counts.length) {
            return true;
        }
        if (places > PLACES_MAX) {
            return false;
        }
        int room = Math.max(PLACES_AT_FIRST, Math.max(places, Math.min(PLACES_MAX, counts.length * 2)));
        lock.lock();
        try {
            char[] more = Arrays.copyOf(counts, room);
            Arrays.fill(more, counts.length, room, first);
            // ORDER: contents before the array; who reads a handle's length or address without the lock got the
            // handle from the owner after this.
            VarHandle.releaseFence();
            counts = more;
        } finally {
            lock.unlock();
        }
        return true;
    }

    /// Begins a use of a place.
    ///
    /// @return its generation, odd
    char begin(int place) {
        char generation = (char) (counts[place] + 1);
        counts[place] = generation;
        return generation;
    }

    /// Whether this is the use of today.
    boolean is(int place, char generation) {
        char[] known = counts;
        return place < known.length && known[place] == generation && (generation & 1) != 0;
    }

    /// Ends the use of a place: handles of it are stale from now on.
    ///
    /// @return false if `generation` is not the one of today
    boolean end(int place, char generation) {
        if (!is(place, generation)) {
            return false;
        }
        counts[place] = (char) (generation + 1);
        return true;
    }
}
