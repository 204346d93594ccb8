package ferrite.buffer;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The chunks of one cache, and which of their cells are free.
///
/// A chunk is 128 KiB at a multiple of 128 KiB: 64 cells of 2 KiB, one bit each. Chunks stand in lists by their longest
/// run of free cells, and one word says which lists are filled, so the chunk with the tightest run that surely is long
/// enough is found in two steps, and the place in it by folding the word. Nothing is in the shared memory itself.
///
/// A row is four longs, half a cache line: a million slices in 9 GiB are 74,000 rows, 2.3 MiB.
///
/// | long | meaning                                                                |
/// |-----:|------------------------------------------------------------------------|
/// |    0 | bit set: the cell is free                                              |
/// |    1 | bit set: a taken run begins in the cell                                |
/// |    2 | address of the chunk; its low bits: longest free run, cells            |
/// |    3 | neighbours in the list, the one before in the upper half; −1: none     |
///
/// Taking and giving are O(1) whatever there is. Not thread-safe: the cache's owner alone.
final class ChunkRuns {
    static final int CELL_LOG2 = 11;
    static final int CELL_BYTES = 1 << CELL_LOG2;
    static final int CELLS = 64;
    static final int CHUNK_LOG2 = CELL_LOG2 + 6;
    static final int CHUNK_BYTES = 1 << CHUNK_LOG2;
    static final int NONE = -1;

    private static final int CELLS_MASK = CELLS - 1;
    private static final int LONGEST_MASK = 127;
    private static final int FREE = 0;
    private static final int STARTS = 1;
    private static final int ADDRESS = 2;
    private static final int LINKS = 3;
    private static final int ROWS_AT_FIRST = 8;

    /// Shifts that fold a word so that a bit stays only where a run of n set bits begins: n, step.
    private static final byte[] FOLDS = new byte[(CELLS + 1) * 8];

    /// Cells that are multiples of an alignment: log2 of the alignment.
    private static final long[] ALIGNED = new long[CHUNK_LOG2 + 1];

    static {
        for (int cells = 1; cells <= CELLS; cells++) {
            int folded = 1;
            for (int step = 0; step < 6; step++) {
                int shift = Math.min(folded, cells - folded);
                FOLDS[cells * 8 + step] = (byte) shift;
                folded += shift;
            }
        }
        for (int log2 = 0; log2 <= CHUNK_LOG2; log2++) {
            int every = log2 <= CELL_LOG2 ? 1 : 1 << (log2 - CELL_LOG2);
            for (int cell = 0; cell < CELLS; cell += every) {
                ALIGNED[log2] |= 1L << cell;
            }
        }
    }

    private final int[] heads = new int[CELLS + 1];
    private final Generations generations;
    private long[] rows = new long[ROWS_AT_FIRST * 4];
    private int[] blocks = new int[ROWS_AT_FIRST];
    private @Nullable PoolRegion[] regions = new PoolRegion[ROWS_AT_FIRST];
    private long filled;
    private int unused;
    private int recycled = NONE;
    private int chunks;
    private int emptyChunks;

    ChunkRuns(Generations generations) {
        this.generations = generations;
        Arrays.fill(heads, NONE);
    }

    int chunks() {
        return chunks;
    }

    /// Chunks without a taken cell.
    int emptyChunks() {
        return emptyChunks;
    }

    /// Of each run, by place.
    Generations generations() {
        return generations;
    }

    /// Takes a place in a chunk that has the least room to spare, at the edge of a free run if that can be.
    ///
    /// @param cells 1..32
    /// @param alignmentLog2 0..16
    /// @return the place, chunk × 64 + cell, or [#NONE]
    int take(int cells, int alignmentLog2) {
        int gap = alignmentLog2 <= CELL_LOG2 ? 0 : (1 << (alignmentLog2 - CELL_LOG2)) - 1;
        int least = cells + gap;
        long lists = filled & (-1L << (least - 1));
        if (lists == 0) {
            return NONE;
        }
        int longest = Long.numberOfTrailingZeros(lists) + 1;
        int chunk = heads[longest];
        int row = chunk << 2;
        long free = rows[row + FREE];
        int cell = Long.numberOfTrailingZeros(tightest(starts(free, cells) & ALIGNED[alignmentLog2], free, cells));
        free ^= (-1L >>> (CELLS - cells)) << cell;
        rows[row + FREE] = free;
        rows[row + STARTS] |= 1L << cell;
        int left = longestRun(free);
        if (left != longest) {
            move(chunk, longest, left);
        }
        return chunk << 6 | cell;
    }

    /// Of these places those that fill a free run, else those at one of its ends, else all.
    private static long tightest(long places, long free, int cells) {
        long atStart = ~(free << 1);
        long atEnd = ~(free >>> cells);
        long filling = places & atStart & atEnd;
        long atEdge = places & (atStart | atEnd);
        return filling != 0 ? filling : atEdge != 0 ? atEdge : places;
    }

    /// Where runs of so many set bits begin. No branches: the shifts of unneeded steps are 0.
    private static long starts(long word, int bits) {
        int at = bits * 8;
        long folded = word;
        folded &= folded >>> FOLDS[at];
        folded &= folded >>> FOLDS[at + 1];
        folded &= folded >>> FOLDS[at + 2];
        folded &= folded >>> FOLDS[at + 3];
        folded &= folded >>> FOLDS[at + 4];
        return folded & folded >>> FOLDS[at + 5];
    }

    /// Length of the longest run of set bits: folds for the powers of two, then the sum of those that still fit.
    static int longestRun(long word) {
        long two = word & word >>> 1;
        long four = two & two >>> 2;
        long eight = four & four >>> 4;
        long sixteen = eight & eight >>> 8;
        long half = sixteen & sixteen >>> 16;
        if (word == -1L) {
            return CELLS;
        }
        long at = half != 0 ? half : -1L;
        int length = half != 0 ? 32 : 0;
        long longer = at & sixteen >>> length;
        at = longer != 0 ? longer : at;
        length += longer != 0 ? 16 : 0;
        longer = at & eight >>> length;
        at = longer != 0 ? longer : at;
        length += longer != 0 ? 8 : 0;
        longer = at & four >>> length;
        at = longer != 0 ? longer : at;
        length += longer != 0 ? 4 : 0;
        longer = at & two >>> length;
        at = longer != 0 ? longer : at;
        length += longer != 0 ? 2 : 0;
        return length + ((at & word >>> length) != 0 ? 1 : 0);
    }

    /// Frees a run that was taken.
    void give(int place) {
        int chunk = place >>> 6;
        int cell = place & CELLS_MASK;
        int row = chunk << 2;
        long free = rows[row + FREE] | (-1L >>> (CELLS - cells(place))) << cell;
        rows[row + STARTS] &= ~(1L << cell);
        rows[row + FREE] = free;
        // The run that this one is part of, and what was there before: one of the two is the longest.
        int above = Math.min(Long.numberOfTrailingZeros(~(free >>> cell)), CELLS - cell);
        int below = cell == 0 ? 0 : Long.numberOfLeadingZeros(~(free << (CELLS - cell)));
        int longest = (int) rows[row + ADDRESS] & LONGEST_MASK;
        if (above + below > longest) {
            move(chunk, longest, above + below);
        }
    }

    /// Length of a taken run: up to the next free cell or the next run.
    int cells(int place) {
        int row = place >>> 6 << 2;
        int cell = place & CELLS_MASK;
        long ends = (rows[row + FREE] | rows[row + STARTS]) >>> cell >>> 1;
        return Math.min(Long.numberOfTrailingZeros(ends), CELLS_MASK - cell) + 1;
    }

    /// Makes a taken run shorter, or longer where the cells behind it are free.
    ///
    /// @return false if there is no room
    boolean resize(int place, int cells) {
        int row = place >>> 6 << 2;
        int cell = place & CELLS_MASK;
        int has = cells(place);
        if (cell + cells > CELLS) {
            return false;
        }
        long all = (-1L >>> (CELLS - cells)) << cell;
        long had = (-1L >>> (CELLS - has)) << cell;
        long more = all & ~had;
        long free = rows[row + FREE];
        if ((free & more) != more) {
            return false;
        }
        free = (free & ~more) | (had & ~all);
        rows[row + FREE] = free;
        move(place >>> 6, (int) rows[row + ADDRESS] & LONGEST_MASK, longestRun(free));
        return true;
    }

    /// Address of a run.
    long address(int place) {
        return (rows[(place >>> 6 << 2) + ADDRESS] & -CHUNK_BYTES) + ((long) (place & CELLS_MASK) << CELL_LOG2);
    }

    /// The pool's block that the chunk is.
    int block(int place) {
        return blocks[place >>> 6];
    }

    PoolRegion region(int place) {
        return Objects.requireNonNull(regions[place >>> 6]);
    }

    /// Takes over one of what was lent.
    ///
    /// @return false if there is no number left for a chunk
    boolean add(LentBlocks lent, int index) {
        int chunk = recycled;
        if (chunk != NONE) {
            recycled = (int) rows[(chunk << 2) + LINKS];
        } else {
            if (!generations.reach((unused + 1) * CELLS)) {
                return false;
            }
            chunk = unused++;
            if (chunk == blocks.length) {
                rows = Arrays.copyOf(rows, rows.length * 2);
                blocks = Arrays.copyOf(blocks, blocks.length * 2);
                regions = Arrays.copyOf(regions, regions.length * 2);
            }
        }
        int row = chunk << 2;
        rows[row + FREE] = -1L;
        rows[row + STARTS] = 0;
        rows[row + ADDRESS] = lent.address(index);
        blocks[chunk] = lent.block(index);
        regions[chunk] = lent.region(index);
        chunks++;
        link(chunk, CELLS);
        return true;
    }

    /// Lets go of an empty chunk.
    ///
    /// @return the pool's block, or [BlockTable#NONE] if no chunk is empty
    int removeEmpty() {
        int chunk = heads[CELLS];
        if (chunk == NONE) {
            return BlockTable.NONE;
        }
        unlink(chunk, CELLS);
        rows[(chunk << 2) + LINKS] = recycled;
        recycled = chunk;
        chunks--;
        regions[chunk] = null;
        return blocks[chunk];
    }

    private void move(int chunk, int from, int to) {
        if (from != to) {
            unlink(chunk, from);
            link(chunk, to);
        }
    }

    private void link(int chunk, int list) {
        int row = chunk << 2;
        rows[row + ADDRESS] = (rows[row + ADDRESS] & -CHUNK_BYTES) | list;
        if (list == 0) {
            return;
        }
        int after = heads[list];
        rows[row + LINKS] = links(NONE, after);
        if (after != NONE) {
            setBefore(after, chunk);
        }
        heads[list] = chunk;
        filled |= 1L << (list - 1);
        emptyChunks += list >>> 6;
    }

    private void unlink(int chunk, int list) {
        if (list == 0) {
            return;
        }
        long links = rows[(chunk << 2) + LINKS];
        int before = (int) (links >>> 32);
        int after = (int) links;
        if (after != NONE) {
            setBefore(after, before);
        }
        if (before != NONE) {
            int row = before << 2;
            rows[row + LINKS] = links((int) (rows[row + LINKS] >>> 32), after);
        } else {
            heads[list] = after;
            if (after == NONE) {
                filled &= ~(1L << (list - 1));
            }
        }
        emptyChunks -= list >>> 6;
    }

    private void setBefore(int chunk, int before) {
        int row = chunk << 2;
        rows[row + LINKS] = links(before, (int) rows[row + LINKS]);
    }

    private static long links(int before, int after) {
        return (long) before << 32 | (after & 0xFFFF_FFFFL);
    }
}
