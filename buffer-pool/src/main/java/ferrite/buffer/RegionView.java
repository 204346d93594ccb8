package ferrite.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/// One plug-in instance's view of one region: ends with the instance or with the region, whichever is first.
///
/// An arena of its own, because either end must be able to close it without the other: an instance's other views go
/// on when one lender's region is freed.
final class RegionView {
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
        // BOUNDS: the size is the region's own; the memory is freed only when this arena has ended (Region.close).
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

    /// Ends the view, if no system call uses it at this moment; it can be asked again. Never waits for the call.
    ///
    /// @return whether it has ended
    boolean close() {
        lock.lock();
        try {
            if (arena.scope().isAlive()) {
                arena.close();
            }
            return true;
        } catch (IllegalStateException _) {
            // A channel operation or a call of native code in another thread has acquired the arena.
            return false;
        } finally {
            lock.unlock();
        }
    }
}
