package ferrite.buffer;

import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All slices of a pool that are not freed, and which blocks are in the hands of caches. Under the pool's lock.
final class HeldSlices {
    private static final int BLOCKS_AT_FIRST = 64;

    /// Slices that are blocks themselves.
    private @Nullable Allocation[] byBlock = new Allocation[BLOCKS_AT_FIRST];

    /// Slices that were made of a cache's handles, by offset in the pool.
    private final Map<Long, Allocation> cached = new HashMap<>();

    private @Nullable PoolCache[] lentTo = new PoolCache[BLOCKS_AT_FIRST];

    /// Slices of `cached` in each block.
    private int[] slicesIn = new int[BLOCKS_AT_FIRST];

    private int live;
    private int guarded;
    private long guardedBytes;

    /// Acquired and not closed.
    int live() {
        return live;
    }

    /// Closed, and kept by a holder.
    int guarded() {
        return guarded;
    }

    /// Bytes of [#guarded].
    long guardedBytes() {
        return guardedBytes;
    }

    /// Of all slices; walks them.
    int holders() {
        int[] holders = new int[1];
        forEach(root -> holders[0] += root.holders());
        return holders[0];
    }

    private void reach(int block) {
        if (block >= byBlock.length) {
            int room = Math.max(block + 1, byBlock.length * 2);
            byBlock = Arrays.copyOf(byBlock, room);
            lentTo = Arrays.copyOf(lentTo, room);
            slicesIn = Arrays.copyOf(slicesIn, room);
        }
    }

    void add(Allocation root) {
        live++;
        reach(root.block());
        CachedBytes bytes = root.cachedBytes();
        if (bytes == null) {
            byBlock[root.block()] = root;
        } else {
            cached.put(root.offset(), root);
            slicesIn[root.block()]++;
        }
    }

    /// Under the lock like [#endGuarded], so that a slice is counted as guarded before it is not any more.
    ///
    /// @return whether the bytes are free now; false: holders keep them
    /// @throws SchemeException EALREADY if it was closed before
    boolean close(Allocation root) {
        if (root.close()) {
            return true;
        }
        live--;
        guarded++;
        guardedBytes += root.length();
        return false;
    }

    /// The last holder of a closed one is gone; it counts as live until it is removed.
    void endGuarded(Allocation root) {
        live++;
        guarded--;
        guardedBytes -= root.length();
    }

    void remove(Allocation root) {
        live--;
        if (root.cachedBytes() == null) {
            byBlock[root.block()] = null;
        } else {
            cached.remove(root.offset());
            slicesIn[root.block()]--;
        }
    }

    /// @param block that begins at the offset, or [BlockTable#NONE]
    @Nullable
    Allocation at(int block, long offset) {
        Allocation whole = block < byBlock.length ? byBlock[block] : null;
        return whole != null ? whole : cached.get(offset);
    }

    void forEach(Consumer<Allocation> action) {
        for (Allocation root : byBlock) {
            if (root != null) {
                action.accept(root);
            }
        }
        cached.values().forEach(action);
    }

    List<Allocation> all() {
        List<Allocation> found = new ArrayList<>();
        forEach(found::add);
        return found;
    }

    void lend(int block, PoolCache cache) {
        reach(block);
        lentTo[block] = cache;
    }

    void takeBack(int block) {
        lentTo[block] = null;
    }

    boolean isLent(int block) {
        return lentTo[block] != null;
    }

    boolean hasSlices(int block) {
        return slicesIn[block] > 0;
    }

    /// Ends what was lent to this cache, or to all of them.
    ///
    /// @return the blocks in which there is no slice any more
    // One object is one cache.
    @SuppressWarnings("ReferenceEquality")
    int[] takeBackAll(@Nullable PoolCache cache) {
        int[] unused = new int[lentTo.length];
        int count = 0;
        for (int block = 0; block < lentTo.length; block++) {
            PoolCache holder = lentTo[block];
            if (holder != null && (cache == null || holder == cache)) {
                lentTo[block] = null;
                if (slicesIn[block] == 0) {
                    unused[count++] = block;
                }
            }
        }
        return Arrays.copyOf(unused, count);
    }
}
