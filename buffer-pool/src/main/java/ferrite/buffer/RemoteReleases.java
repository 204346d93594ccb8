package ferrite.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// What other threads gave back to a cache, until its owner takes it over in batches: handles that are still to be ended,
/// and places of slices that were made of handles.
///
/// Only the owner ends a handle, so a place is never given back twice. A handle that waits here is known by a set, so the
/// second thread that releases it is refused; if the owner releases it at the very same moment, the owner's release
/// counts, and the other one is dropped when it is taken over.
final class RemoteReleases {
    /// The owner takes them over when so many wait.
    static final int BATCH = 64;

    private static final VarHandle WAITING;
    private static final int SET_AT_FIRST = BATCH * 4;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(RemoteReleases.class, "waiting", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final ReentrantLock lock;
    private long[] entries = new long[BATCH];
    private int waiting;
    private boolean ended;

    /// Handles that wait, by open addressing; 0: none. At most half full.
    private long[] set = new long[SET_AT_FIRST];

    /// The owner's, after [#take].
    private long[] taken = new long[BATCH];

    /// @param lock of the cache
    RemoteReleases(ReentrantLock lock) {
        this.lock = lock;
    }

    /// ORDER: opaque, a hint; the entries themselves are read under the lock. Who was told by another thread that it has
    /// released a handle sees that something waits.
    int waiting() {
        return (int) WAITING.getOpaque(this);
    }

    /// Under the lock.
    ///
    /// @return false if this handle waits already
    boolean addHandle(long handle) {
        int at = find(set, handle);
        if (set[at] == handle) {
            return false;
        }
        if (ended) {
            return true;
        }
        set[at] = handle;
        add(handle);
        if (waiting * 2 > set.length) {
            set = twice(set);
        }
        return true;
    }

    /// A slice that was made of a handle is closed. Under the lock.
    ///
    /// @param place with its kind
    void addPlace(int place) {
        if (!ended) {
            add(place & 0xFFFF_FFFFL);
        }
    }

    private void add(long entry) {
        if (waiting == entries.length) {
            entries = Arrays.copyOf(entries, waiting * 2);
        }
        entries[waiting] = entry;
        WAITING.setOpaque(this, waiting + 1);
    }

    /// Where the handle is, or would be.
    private static int find(long[] set, long handle) {
        int mask = set.length - 1;
        int at = (int) (handle * GOLDEN >>> 32) & mask;
        while (set[at] != 0 && set[at] != handle) {
            at = at + 1 & mask;
        }
        return at;
    }

    private static long[] twice(long[] set) {
        long[] larger = new long[set.length * 2];
        for (long handle : set) {
            if (handle != 0) {
                larger[find(larger, handle)] = handle;
            }
        }
        return larger;
    }

    /// Whether another thread has released this handle. No lock held.
    boolean holds(long handle) {
        if (waiting() == 0) {
            return false;
        }
        lock.lock();
        try {
            return set[find(set, handle)] == handle;
        } finally {
            lock.unlock();
        }
    }

    /// The owner takes over what waits, and nothing waits any more.
    ///
    /// @return entries, see [#taken]
    int take() {
        lock.lock();
        try {
            int count = waiting;
            long[] full = entries;
            entries = taken;
            taken = full;
            if (set.length == SET_AT_FIRST) {
                Arrays.fill(set, 0);
            } else {
                set = new long[SET_AT_FIRST];
            }
            WAITING.setOpaque(this, 0);
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// One of what [#take] took: a handle, or the place of a slice with its kind and nothing in the upper half.
    long taken(int index) {
        return taken[index];
    }

    /// Nobody takes them over any more.
    void end() {
        lock.lock();
        try {
            ended = true;
            WAITING.setOpaque(this, 0);
        } finally {
            lock.unlock();
        }
    }
}
