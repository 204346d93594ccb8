package ferrite.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// Places that other threads gave back to a cache, until its owner takes them over in batches.
final class RemoteReleases {
    /// The owner takes them over when so many wait.
    static final int BATCH = 64;

    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(RemoteReleases.class, "waiting", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final ReentrantLock lock;
    private int[] places = new int[BATCH];
    private int waiting;
    private int handles;
    private long bytes;
    private boolean ended;

    // The owner's, after take().
    private int[] taken = new int[BATCH];
    private int takenHandles;
    private long takenBytes;

    /// @param lock of the cache, for other threads' releases
    RemoteReleases(ReentrantLock lock) {
        this.lock = lock;
    }

    /// ORDER: opaque, a hint; the places themselves are read under the lock.
    int waiting() {
        return (int) WAITING.getOpaque(this);
    }

    /// A handle that was released. Under the lock.
    ///
    /// @param place with its kind
    void addHandle(int place, long length) {
        handles++;
        bytes += length;
        add(place);
    }

    /// Under the lock.
    ///
    /// @param place with its kind
    void add(int place) {
        if (ended) {
            return;
        }
        if (waiting == places.length) {
            places = Arrays.copyOf(places, waiting * 2);
        }
        places[waiting] = place;
        WAITING.setOpaque(this, waiting + 1);
    }

    /// The owner takes over what waits, and nothing waits any more.
    ///
    /// @return places, see [#taken]
    int take() {
        lock.lock();
        try {
            int count = waiting;
            int[] full = places;
            places = taken;
            taken = full;
            takenHandles = handles;
            takenBytes = bytes;
            handles = 0;
            bytes = 0;
            WAITING.setOpaque(this, 0);
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// One of what [#take] took, with its kind.
    int taken(int index) {
        return taken[index];
    }

    /// Handles among what [#take] took; the rest were slices.
    int takenHandles() {
        return takenHandles;
    }

    /// Bytes of [#takenHandles].
    long takenBytes() {
        return takenBytes;
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
