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
///
/// By block, in pages: growing by a page makes no acquire wait until a million entries are copied.
final class HeldSlices {
    private static final int PAGE_LOG2 = 8;
    private static final int PAGE_MASK = (1 << PAGE_LOG2) - 1;
    private static final int PAGES_AT_FIRST = 16;

    private static final class Page {
        /// Slices that are blocks themselves.
        final @Nullable Allocation[] slices = new Allocation[1 << PAGE_LOG2];

        final @Nullable PoolCache[] lentTo = new PoolCache[1 << PAGE_LOG2];

        /// Slices of `cached` in each block.
        final int[] cached = new int[1 << PAGE_LOG2];
    }

    private @Nullable Page[] pages = new Page[PAGES_AT_FIRST];

    /// Slices that were made of a cache's handles, by offset in the pool.
    private final Map<Long, Allocation> cached = new HashMap<>();

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

    private Page page(int block) {
        int number = block >>> PAGE_LOG2;
        if (number >= pages.length) {
            pages = Arrays.copyOf(pages, Math.max(number + 1, pages.length * 2));
        }
        Page page = pages[number];
        if (page == null) {
            page = new Page();
            pages[number] = page;
        }
        return page;
    }

    void add(Allocation root) {
        live++;
        Page page = page(root.block());
        CachedBytes bytes = root.cachedBytes();
        if (bytes == null) {
            page.slices[root.block() & PAGE_MASK] = root;
        } else {
            cached.put(root.offset(), root);
            page.cached[root.block() & PAGE_MASK]++;
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
        Page page = page(root.block());
        if (root.cachedBytes() == null) {
            page.slices[root.block() & PAGE_MASK] = null;
        } else {
            cached.remove(root.offset());
            page.cached[root.block() & PAGE_MASK]--;
        }
    }

    /// @param block that begins at the offset, or [BlockTable#NONE]
    @Nullable
    Allocation at(int block, long offset) {
        Allocation whole = page(block).slices[block & PAGE_MASK];
        return whole != null ? whole : cached.get(offset);
    }

    void forEach(Consumer<Allocation> action) {
        for (Page page : pages) {
            if (page != null) {
                for (Allocation root : page.slices) {
                    if (root != null) {
                        action.accept(root);
                    }
                }
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
        page(block).lentTo[block & PAGE_MASK] = cache;
    }

    void takeBack(int block) {
        page(block).lentTo[block & PAGE_MASK] = null;
    }

    boolean isLent(int block) {
        return page(block).lentTo[block & PAGE_MASK] != null;
    }

    boolean hasSlices(int block) {
        return page(block).cached[block & PAGE_MASK] > 0;
    }

    /// Ends what was lent to this cache, or to all of them.
    ///
    /// @return the blocks in which there is no slice any more
    // One object is one cache.
    @SuppressWarnings("ReferenceEquality")
    int[] takeBackAll(@Nullable PoolCache cache) {
        int[] unused = new int[pages.length << PAGE_LOG2];
        int count = 0;
        for (int number = 0; number < pages.length; number++) {
            Page page = pages[number];
            for (int at = 0; page != null && at <= PAGE_MASK; at++) {
                PoolCache holder = page.lentTo[at];
                if (holder != null && (cache == null || holder == cache)) {
                    page.lentTo[at] = null;
                    if (page.cached[at] == 0) {
                        unused[count++] = number << PAGE_LOG2 | at;
                    }
                }
            }
        }
        return Arrays.copyOf(unused, count);
    }
}
