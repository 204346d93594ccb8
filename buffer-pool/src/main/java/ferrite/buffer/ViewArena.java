package ferrite.buffer;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// All views of shared memory that one plug-in instance has, and can lose.
///
/// Made by the runtime when it starts an instance, closed by it after the instance was stopped. From then on every
/// segment that was reached through it fails with IllegalStateException; the memory lives on. Only a view that a system
/// call uses cannot be ended, until that call returns: [Revocation] keeps the bytes so long. Safe from any thread.
public final class ViewArena implements AutoCloseable {
    private final String holder;

    /// Views that have not ended.
    private final Map<Region, RegionView> views = new ConcurrentHashMap<>();

    private final Set<PoolCache> caches = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();

    /// One end at a time; outside `lock`, because caches and regions take locks of their own when they end.
    private final ReentrantLock ending = new ReentrantLock();
    private volatile boolean closed;

    /// @param holder name of the instance, for messages
    public ViewArena(String holder) {
        this.holder = holder;
    }

    /// Name of the instance.
    public String holder() {
        return holder;
    }

    /// Whether segments reached through this arena may still work.
    public boolean isOpen() {
        return !closed;
    }

    /// The whole region as the instance sees it.
    ///
    /// @throws IllegalStateException if this arena is closed
    MemorySegment view(Region region) {
        RegionView view = closed ? null : views.get(region);
        return view != null ? view.segment() : open(region);
    }

    private MemorySegment open(Region region) {
        lock.lock();
        try {
            requireOpen();
            return views.computeIfAbsent(region, wanted -> wanted.openView(this))
                    .segment();
        } finally {
            lock.unlock();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("view of " + holder + " is closed");
        }
    }

    void forget(Region region) {
        views.remove(region);
    }

    /// Whether the instance has a view of it that has not ended.
    boolean sees(Region region) {
        return views.containsKey(region);
    }

    /// Views that have not ended.
    int viewsLeft() {
        return views.size();
    }

    /// A cache that ends with the instance.
    ///
    /// @throws IllegalStateException if this arena is closed
    void enter(PoolCache cache) {
        lock.lock();
        try {
            requireOpen();
            caches.add(cache);
        } finally {
            lock.unlock();
        }
    }

    void forget(PoolCache cache) {
        caches.remove(cache);
    }

    /// Ends the views of regions that have gone while a system call used them. Costs little when there are none.
    public void sweep() {
        for (Region region : views.keySet()) {
            region.retryClose();
        }
    }

    /// Ends every view that no system call uses; with the last of them the caches, whose bytes such a call may be in.
    /// To be called again until it has succeeded.
    ///
    /// @return whether all have ended
    boolean end() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        ending.lock();
        try {
            for (RegionView view : List.copyOf(views.values())) {
                if (view.close()) {
                    views.remove(view.region());
                    view.region().forget(view);
                }
            }
            if (!views.isEmpty()) {
                return false;
            }
            caches.forEach(PoolCache::close);
            return true;
        } finally {
            ending.unlock();
        }
    }

    /// Ends every view, and every cache that the instance had. A second call does nothing.
    ///
    /// @throws IllegalStateException if a system call in another thread uses a view; the others have ended, and it can be
    ///         closed again
    @Override
    public void close() {
        if (!end()) {
            throw new IllegalStateException(views.size() + " views of " + holder + " are in use by system calls");
        }
    }
}
