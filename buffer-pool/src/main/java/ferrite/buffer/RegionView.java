package ferrite.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// One plug-in instance's view of one region: ends with the instance or with the region, whichever is first.
///
/// An arena of its own, because either end must be able to close it without the other: an instance's other views go
/// on when one lender's region is freed.
final class RegionView {
    private static final int CLOSE_ATTEMPTS_MAX = 100;
    private static final long CLOSE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ViewArena owner;
    private final Region region;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final ReentrantLock lock = new ReentrantLock();

    // This module is the one with native access.
    @SuppressWarnings("restricted")
    RegionView(ViewArena owner, Region region) {
        this.owner = owner;
        this.region = region;
        // BOUNDS: the size is the region's own; Region.close ends this arena before the memory is freed.
        this.segment = region.memory().reinterpret(arena, null);
    }

    ViewArena owner() {
        return owner;
    }

    Region region() {
        return region;
    }

    MemorySegment segment() {
        return segment;
    }

    /// Ends the view; a second call does nothing.
    ///
    /// @return false if a system call still used it after 100 ms
    boolean close() {
        lock.lock();
        try {
            for (int attempt = 0; attempt < CLOSE_ATTEMPTS_MAX; attempt++) {
                if (tryClose()) {
                    return true;
                }
                LockSupport.parkNanos(CLOSE_PAUSE_NANOS);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean tryClose() {
        if (!arena.scope().isAlive()) {
            return true;
        }
        try {
            arena.close();
            return true;
        } catch (IllegalStateException _) {
            // A channel operation in another thread holds the arena for the moment.
            return false;
        }
    }
}
