package ferrite.buffer;

import java.util.ArrayList;
import java.util.List;

/// Where blocks begin in one region: finds the block at a place, and the block that covers a place.
///
/// A bit per granule and, above it, a bit per 64 bits below, up to one word: a search looks at two words a level, so
/// its cost grows with log64 of the region. Block numbers stand in pages that are made when first needed.
final class StartIndex {
    private static final int WORD_LOG2 = 6;
    private static final int PAGE_LOG2 = 6;
    private static final int PAGE_MASK = (1 << PAGE_LOG2) - 1;

    private final long[][] levels;
    private final int[][] pages;

    StartIndex(int granules) {
        this.levels = levels(granules);
        this.pages = new int[(granules >>> PAGE_LOG2) + 1][];
    }

    private static long[][] levels(int granules) {
        List<long[]> made = new ArrayList<>();
        int bits = granules;
        do {
            int words = ((bits - 1) >>> WORD_LOG2) + 1;
            made.add(new long[words]);
            bits = words;
        } while (bits > 1);
        return made.toArray(long[][]::new);
    }

    void put(int granule, int block) {
        int page = granule >>> PAGE_LOG2;
        if (pages[page] == null) {
            pages[page] = new int[1 << PAGE_LOG2];
        }
        pages[page][granule & PAGE_MASK] = block;
        int bit = granule;
        for (long[] level : levels) {
            level[bit >>> WORD_LOG2] |= 1L << bit;
            bit >>>= WORD_LOG2;
        }
    }

    void remove(int granule) {
        pages[granule >>> PAGE_LOG2][granule & PAGE_MASK] = BlockTable.NONE;
        int bit = granule;
        for (long[] level : levels) {
            level[bit >>> WORD_LOG2] &= ~(1L << bit);
            if (level[bit >>> WORD_LOG2] != 0) {
                return;
            }
            bit >>>= WORD_LOG2;
        }
    }

    /// The block that begins at this granule, or [BlockTable#NONE].
    int at(int granule) {
        int[] page = pages[granule >>> PAGE_LOG2];
        return page == null ? BlockTable.NONE : page[granule & PAGE_MASK];
    }

    /// The block that begins at this granule or nearest below it. There is always one: a region is all blocks.
    int covering(int granule) {
        int bit = granule;
        long below = levels[0][bit >>> WORD_LOG2] & (-1L >>> (63 - (bit & 63)));
        int level = 0;
        while (below == 0) {
            bit >>>= WORD_LOG2;
            level++;
            below = levels[level][bit >>> WORD_LOG2] & ((1L << bit) - 1);
        }
        bit = highest(bit, below);
        while (level > 0) {
            level--;
            bit = highest(bit << WORD_LOG2, levels[level][bit]);
        }
        return at(bit);
    }

    private static int highest(int bit, long word) {
        return (bit & -64) | (63 - Long.numberOfLeadingZeros(word));
    }
}
