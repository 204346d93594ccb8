package ferrite.buffer;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/// The three tables of a cache behind one set of questions, by kind and place. Not thread-safe but for [#is].
final class CacheTables {
    final ChunkRuns runs;
    final Slabs slabs;
    final DirectBlocks direct;

    /// @param lock of the cache, for other threads' releases
    /// @param first generation of every place
    CacheTables(ReentrantLock lock, int first) {
        this.runs = new ChunkRuns(new Uses(lock, Handles.PLACES_MAX >>> ChunkRuns.PLACES_A_USE_LOG2, first));
        this.slabs = new Slabs(runs, new Uses(lock, Handles.PLACES_MAX, first));
        this.direct = new DirectBlocks(new Uses(lock, Handles.PLACES_MAX, first));
    }

    private Uses uses(int kind) {
        return kind == Handles.SLAB ? slabs.uses() : kind == Handles.RUN ? runs.uses() : direct.uses();
    }

    /// Whether the handle is the one of today for its place.
    boolean is(long handle) {
        return uses(Handles.kind(handle)).is(Handles.entry(handle), Handles.use(handle));
    }

    /// @return false if the handle is stale
    boolean end(long handle) {
        return uses(Handles.kind(handle)).end(Handles.entry(handle), Handles.use(handle));
    }

    /// Ends the use and begins another of the same place, with another length.
    ///
    /// @param length bytes, 1..65536; 1 for a direct block
    int endAndBegin(long handle, int length) {
        Uses uses = uses(Handles.kind(handle));
        int entry = Handles.entry(handle);
        int use = Handles.use(handle);
        uses.end(entry, use);
        return uses.begin(entry, Uses.lowest(use), length);
    }

    long address(int kind, int place) {
        return kind == Handles.SLAB
                ? slabs.address(place)
                : kind == Handles.RUN ? runs.address(place) : direct.address(place);
    }

    /// As the handle says, or as was asked for.
    long length(long handle) {
        return Handles.kind(handle) == Handles.DIRECT ? direct.length(Handles.entry(handle)) : Handles.length(handle);
    }

    PoolRegion region(int kind, int place) {
        return kind == Handles.SLAB
                ? slabs.region(place)
                : kind == Handles.RUN ? runs.region(place) : direct.region(place);
    }

    /// The pool's block.
    int block(int kind, int place) {
        return kind == Handles.SLAB
                ? slabs.block(place)
                : kind == Handles.RUN ? runs.block(place) : direct.block(place);
    }

    private long grantedBytes(int kind, int place) {
        return kind == Handles.SLAB ? slabs.stride(place) : (long) runs.sliceCells(place) << ChunkRuns.CELL_LOG2;
    }

    /// All bytes of a slot or a run, for debug mode.
    MemorySegment memory(int kind, int place) {
        return SharedBufferPool.memory(region(kind, place), address(kind, place), grantedBytes(kind, place));
    }
}
