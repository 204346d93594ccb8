package ferrite.buffer;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// The uses of today, so that a handle of an earlier use, or one that somebody made up, is told from them.
///
/// A use is an int, the upper half of a handle:
///
/// | bits   | meaning                                                                       |
/// |-------:|-------------------------------------------------------------------------------|
/// |  0..15 | length − 1, bytes                                                             |
/// | 16..17 | of a run the two lowest bits of its place, else 0                             |
/// | 18..31 | generation: one more with every begin and end, odd while the handle is live   |
///
/// After 8,192 uses of one entry an old handle of it with the same length looks new again: a kept handle is caught with
/// certainty only within that. Length and lowest bits of an ended use stay until the next begins.
///
/// Written by the cache's owner alone. Read by others under the lock, which therefore also covers growth.
final class Uses {
    private static final int ENTRIES_AT_FIRST = 512;
    private static final int LENGTH_MASK = (1 << 16) - 1;
    private static final int LOWEST_SHIFT = 16;
    private static final int GENERATION = 1 << 18;

    private final ReentrantLock lock;
    private final int entriesMax;
    private final int first;
    private int[] uses = new int[0];

    /// @param lock of the cache, for other threads' releases
    /// @param entriesMax how many there can be
    /// @param first generation of every entry; different in each cache, so that handles of two caches rarely look alike
    Uses(ReentrantLock lock, int entriesMax, int first) {
        this.lock = lock;
        this.entriesMax = entriesMax;
        this.first = (first & ~1) * GENERATION;
    }

    /// Two lowest bits of a run's place.
    static int lowest(int use) {
        return use >>> LOWEST_SHIFT & 3;
    }

    /// Makes room for so many entries.
    ///
    /// @return false if that is more than handles can name
    boolean reach(int entries) {
        if (entries <= uses.length) {
            return true;
        }
        if (entries > entriesMax) {
            return false;
        }
        int room = Math.max(ENTRIES_AT_FIRST, Math.max(entries, Math.min(entriesMax, uses.length * 2)));
        lock.lock();
        try {
            int[] more = Arrays.copyOf(uses, room);
            Arrays.fill(more, uses.length, room, first);
            // ORDER: contents before the array; who reads a handle's length or address without the lock got the
            // handle from the owner after this.
            VarHandle.releaseFence();
            uses = more;
        } finally {
            lock.unlock();
        }
        return true;
    }

    /// Begins a use.
    ///
    /// @param lowest of a run the two lowest bits of its place, else 0
    /// @param length bytes, 1..65536
    /// @return the upper half of its handle
    int begin(int entry, int lowest, int length) {
        int use = (uses[entry] & -GENERATION) + GENERATION | lowest << LOWEST_SHIFT | length - 1;
        uses[entry] = use;
        return use;
    }

    /// Whether this is the use of today.
    boolean is(int entry, int use) {
        int[] known = uses;
        return entry < known.length && known[entry] == use && (use & GENERATION) != 0;
    }

    /// Ends a use: its handle is stale from now on.
    ///
    /// @return false if `use` is not the one of today
    boolean end(int entry, int use) {
        if (!is(entry, use)) {
            return false;
        }
        uses[entry] = use + GENERATION;
        return true;
    }

    /// Bytes, as the last use began.
    int length(int entry) {
        return (uses[entry] & LENGTH_MASK) + 1;
    }
}
