package ferrite.buffer;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// All views of shared memory that one plug-in instance has, and can lose.
///
/// Made by the runtime when it starts an instance, closed by it after the instance was stopped. From then on every
/// segment that was reached through it fails with IllegalStateException; the memory lives on. Safe from any thread.
public final class ViewArena implements AutoCloseable {
    private final String holder;
    private final Map<Region, RegionView> views = new ConcurrentHashMap<>();
    private final Set<PoolCache> caches = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
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
        RegionView view = views.get(region);
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

    /// Ends every view, and every cache that the instance had. A second call does nothing.
    ///
    /// @throws IllegalStateException if a system call in another thread kept using a view; the others have ended
    @Override
    public void close() {
        List<RegionView> ending;
        lock.lock();
        try {
            closed = true;
            ending = new ArrayList<>(views.values());
            views.clear();
        } finally {
            lock.unlock();
        }
        caches.forEach(PoolCache::close);
        int kept = 0;
        for (RegionView view : ending) {
            if (view.close()) {
                view.region().forget(view);
            } else {
                kept++;
            }
        }
        if (kept > 0) {
            throw new IllegalStateException(kept + " views of " + holder + " are in use by system calls");
        }
    }
}
