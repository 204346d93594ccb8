package ferrite.buffer;

import java.util.Arrays;

/// All blocks of a pool, free and taken, as rows of a table: a side table, because free bytes are shared memory and
/// may still be written by somebody who should not.
///
/// A row is eight ints, 32 bytes. Row 0 stands for "no block". Rows of vanished blocks are used again. Rows stand in
/// pages, so the table grows by a page: copying all rows would make one acquire in a million wait for milliseconds.
final class BlockTable {
    static final int NONE = 0;

    private static final int INTS_PER_ROW = 8;
    private static final int START = 0;
    private static final int SIZE = 1;
    private static final int REGION = 2;
    private static final int LOWER = 3;
    private static final int HIGHER = 4;
    private static final int FREE_BEFORE = 5;
    private static final int FREE_AFTER = 6;
    private static final int IS_FREE = 7;

    private static final int PAGE_LOG2 = 8;
    private static final int PAGE_MASK = (1 << PAGE_LOG2) - 1;
    private static final int PAGES_AT_FIRST = 16;

    private int[][] pages = new int[PAGES_AT_FIRST][];
    private int unused = 1;
    private int recycled = NONE;

    /// A taken block without neighbours.
    ///
    /// @param start first granule in its region
    /// @param size granules
    int add(int region, int start, int size) {
        int block = row();
        set(block, START, start);
        set(block, SIZE, size);
        set(block, REGION, region);
        return block;
    }

    private int row() {
        if (recycled != NONE) {
            int block = recycled;
            recycled = freeAfter(block);
            int row = (block & PAGE_MASK) * INTS_PER_ROW;
            Arrays.fill(pages[block >>> PAGE_LOG2], row, row + INTS_PER_ROW, 0);
            return block;
        }
        int page = unused >>> PAGE_LOG2;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, page * 2);
        }
        if (pages[page] == null) {
            pages[page] = new int[INTS_PER_ROW << PAGE_LOG2];
        }
        return unused++;
    }

    void remove(int block) {
        linkFree(block, NONE, recycled);
        recycled = block;
    }

    int start(int block) {
        return get(block, START);
    }

    int size(int block) {
        return get(block, SIZE);
    }

    void setSize(int block, int granules) {
        set(block, SIZE, granules);
    }

    int region(int block) {
        return get(block, REGION);
    }

    /// The neighbour at the next lower address in the same region.
    int lower(int block) {
        return get(block, LOWER);
    }

    /// The neighbour at the next higher address in the same region.
    int higher(int block) {
        return get(block, HIGHER);
    }

    void link(int lower, int higher) {
        if (lower != NONE) {
            set(lower, HIGHER, higher);
        }
        if (higher != NONE) {
            set(higher, LOWER, lower);
        }
    }

    int freeBefore(int block) {
        return get(block, FREE_BEFORE);
    }

    int freeAfter(int block) {
        return get(block, FREE_AFTER);
    }

    void setFreeBefore(int block, int before) {
        set(block, FREE_BEFORE, before);
    }

    void setFreeAfter(int block, int after) {
        set(block, FREE_AFTER, after);
    }

    void linkFree(int block, int before, int after) {
        set(block, FREE_BEFORE, before);
        set(block, FREE_AFTER, after);
    }

    boolean isFree(int block) {
        return get(block, IS_FREE) != 0;
    }

    void setFree(int block, boolean free) {
        set(block, IS_FREE, free ? 1 : 0);
    }

    private int get(int block, int column) {
        return pages[block >>> PAGE_LOG2][(block & PAGE_MASK) * INTS_PER_ROW + column];
    }

    private void set(int block, int column, int value) {
        pages[block >>> PAGE_LOG2][(block & PAGE_MASK) * INTS_PER_ROW + column] = value;
    }
}
