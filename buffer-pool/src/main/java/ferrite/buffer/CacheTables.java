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
        this.runs = new ChunkRuns(new Generations(lock, first));
        this.slabs = new Slabs(runs, new Generations(lock, first));
        this.direct = new DirectBlocks(new Generations(lock, first));
    }

    private Generations generations(int kind) {
        return kind == Handles.SLAB
                ? slabs.generations()
                : kind == Handles.RUN ? runs.generations() : direct.generations();
    }

    /// Whether the handle is the one of today for its place.
    boolean is(long handle) {
        return generations(Handles.kind(handle)).is(Handles.place(handle), Handles.generation(handle));
    }

    /// @return false if the handle is stale
    boolean end(long handle) {
        return generations(Handles.kind(handle)).end(Handles.place(handle), Handles.generation(handle));
    }

    char begin(int kind, int place) {
        return generations(kind).begin(place);
    }

    long address(int kind, int place) {
        return kind == Handles.SLAB
                ? slabs.address(place)
                : kind == Handles.RUN ? runs.address(place) : direct.address(place);
    }

    /// As the handle says, or as was asked for.
    long length(long handle) {
        return Handles.kind(handle) == Handles.DIRECT ? direct.length(Handles.place(handle)) : Handles.length(handle);
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

    /// Bytes of the slot or the run. Not for a direct block.
    long grantedBytes(int kind, int place) {
        return kind == Handles.SLAB ? slabs.stride(place) : (long) runs.cells(place) << ChunkRuns.CELL_LOG2;
    }

    /// All bytes of a slot or a run, for debug mode.
    MemorySegment memory(int kind, int place) {
        return SharedBufferPool.memory(region(kind, place), address(kind, place), grantedBytes(kind, place));
    }
}
