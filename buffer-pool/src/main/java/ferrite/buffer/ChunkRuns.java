package ferrite.buffer;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The chunks of one cache, and which of their cells are free.
///
/// A chunk is 64 KiB at a multiple of 64 KiB: 64 cells of 1 KiB, one bit each. Chunks stand in lists by their longest
/// run of free cells, and one word says which lists are filled, so the chunk with the tightest run that is long enough is
/// found in two steps, and each chunk knows where its longest run begins. Only where an alignment asks for more, a place is
/// searched by folding the word, and one more chunk is looked at if that one has none. Nothing is in the shared memory
/// itself.
///
/// A row is eight longs, a cache line: a million slices in 9 GiB are 148,000 rows, 9 MiB, and as much of [Uses].
///
/// | long | meaning                                                                |
/// |-----:|------------------------------------------------------------------------|
/// |    0 | bit set: the cell is free                                              |
/// |    1 | bits 0..6: length of the longest free run, cells; 7..12: where it is   |
/// |    2 | address                                                                |
/// |    3 | the next chunk in the list; in a row that is not in use the next such  |
/// |    4 | the one before                                                         |
/// |    5 | the pool's block                                                       |
///
/// Lists are rings without an end, so that no step depends on where in a list a chunk stands: a processor could not guess
/// it. Row n, 0..64, is no chunk but where the list of longest runs of n cells begins and ends.
///
/// Taking and giving are O(1) whatever there is. Not thread-safe: the cache's owner alone.
final class ChunkRuns {
    static final int CELL_LOG2 = 10;
    static final int CELL_BYTES = 1 << CELL_LOG2;
    static final int CELLS = 64;
    static final int CHUNK_LOG2 = CELL_LOG2 + 6;
    static final int CHUNK_BYTES = 1 << CHUNK_LOG2;
    static final int NONE = -1;

    /// A slice that is a run has at least four cells, so no two begin in the same four, and four places share a use: what a
    /// chunk keeps of its handles is a cache line.
    static final int PLACES_A_USE_LOG2 = 2;

    private static final int SLICE_CELLS_MIN = 1 << PLACES_A_USE_LOG2;
    private static final int CELLS_MASK = CELLS - 1;
    private static final int LONGEST_MASK = 127;
    private static final int POSITION_SHIFT = 7;
    private static final int ROW_LOG2 = 3;
    private static final int FREE = 0;
    private static final int LONGEST = 1;
    private static final int ADDRESS = 2;
    private static final int NEXT = 3;
    private static final int BEFORE = 4;
    private static final int BLOCK = 5;
    private static final int LISTS = CELLS + 1;
    private static final int ROWS_AT_FIRST = 128;

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

    private final Uses uses;
    private long[] rows = new long[ROWS_AT_FIRST << ROW_LOG2];
    private @Nullable PoolRegion[] regions = new PoolRegion[ROWS_AT_FIRST];
    private long filled;
    private int unused = LISTS;
    private int recycled = NONE;
    private int chunks;
    private int emptyChunks;

    ChunkRuns(Uses uses) {
        this.uses = uses;
        for (int list = 0; list < LISTS; list++) {
            rows[(list << ROW_LOG2) + NEXT] = list;
            rows[(list << ROW_LOG2) + BEFORE] = list;
        }
    }

    /// Cells of a slice.
    static int cells(int bytes) {
        return Math.max(SLICE_CELLS_MIN, (bytes + CELL_BYTES - 1) >>> CELL_LOG2);
    }

    /// Cells of the slice that is or was there.
    int sliceCells(int place) {
        return cells(uses.length(place >>> PLACES_A_USE_LOG2));
    }

    /// Begins the use of a run that was taken.
    ///
    /// @param length bytes, 1..65536
    /// @return the upper half of its handle
    int begin(int place, int length) {
        return uses.begin(place >>> PLACES_A_USE_LOG2, place & SLICE_CELLS_MIN - 1, length);
    }

    int chunks() {
        return chunks;
    }

    /// Chunks without a taken cell.
    int emptyChunks() {
        return emptyChunks;
    }

    /// Of the slices that are runs, by a quarter of their place.
    Uses uses() {
        return uses;
    }

    /// Takes a place in a chunk that has the least room to spare.
    ///
    /// @param cells 1..64
    /// @param alignmentLog2 0..16
    /// @return the place, chunk × 64 + cell, or [#NONE]
    int take(int cells, int alignmentLog2) {
        long lists = filled & (-1L << (cells - 1));
        if (lists == 0) {
            return NONE;
        }
        int list = Long.numberOfTrailingZeros(lists) + 1;
        int chunk = first(list);
        if (alignmentLog2 > CELL_LOG2) {
            return takeAligned(cells, alignmentLog2, chunk);
        }
        long longest = rows[(chunk << ROW_LOG2) + LONGEST];
        return takeAt(chunk, (int) longest >>> POSITION_SHIFT, cells, list);
    }

    private int first(int list) {
        return (int) rows[(list << ROW_LOG2) + NEXT];
    }

    /// @param tight a chunk with a run that is long enough, but perhaps not where the alignment wants it
    private int takeAligned(int cells, int alignmentLog2, int tight) {
        int chunk = tight;
        long free = rows[(chunk << ROW_LOG2) + FREE];
        long places = starts(free, cells) & ALIGNED[alignmentLog2];
        if (places == 0) {
            // A run that is longer by what the alignment skips at most surely has a place; so has an empty chunk.
            int gap = (1 << (alignmentLog2 - CELL_LOG2)) - 1;
            long lists = filled & (-1L << (Math.min(CELLS, cells + gap) - 1));
            if (lists == 0) {
                return NONE;
            }
            chunk = first(Long.numberOfTrailingZeros(lists) + 1);
            free = rows[(chunk << ROW_LOG2) + FREE];
            places = starts(free, cells) & ALIGNED[alignmentLog2];
        }
        return takeAt(chunk, Long.numberOfTrailingZeros(tightest(places, free, cells)), cells, longest(chunk));
    }

    private int longest(int chunk) {
        return (int) rows[(chunk << ROW_LOG2) + LONGEST] & LONGEST_MASK;
    }

    private int takeAt(int chunk, int cell, int cells, int list) {
        int row = chunk << ROW_LOG2;
        long free = rows[row + FREE] ^ (-1L >>> (CELLS - cells)) << cell;
        rows[row + FREE] = free;
        move(chunk, list, longestRun(free));
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

    /// The longest run of set bits, length in bits 0..6 and place in 7..12: folds for the powers of two, then the sum of
    /// those that still fit. No branch that depends on the word but for the full one.
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
        longer = at & word >>> length;
        at = longer != 0 ? longer : at;
        length += longer != 0 ? 1 : 0;
        return Long.numberOfTrailingZeros(at) << POSITION_SHIFT | length;
    }

    /// Frees a run that was taken.
    void give(int place, int cells) {
        int chunk = place >>> 6;
        int cell = place & CELLS_MASK;
        int row = chunk << ROW_LOG2;
        long free = rows[row + FREE] | (-1L >>> (CELLS - cells)) << cell;
        rows[row + FREE] = free;
        // The run that this one is part of, and what was there before: one of the two is the longest.
        int above = Math.min(Long.numberOfTrailingZeros(~(free >>> cell)), CELLS - cell);
        int below = cell == 0 ? 0 : Long.numberOfLeadingZeros(~(free << (CELLS - cell)));
        int list = longest(chunk);
        if (above + below > list) {
            move(chunk, list, (cell - below) << POSITION_SHIFT | above + below);
        }
    }

    /// Makes a taken run shorter, or longer where the cells behind it are free.
    ///
    /// @return false if there is no room
    boolean resize(int place, int cells, int wanted) {
        int chunk = place >>> 6;
        int cell = place & CELLS_MASK;
        if (cell + wanted > CELLS) {
            return false;
        }
        long all = (-1L >>> (CELLS - wanted)) << cell;
        long had = (-1L >>> (CELLS - cells)) << cell;
        long more = all & ~had;
        int row = chunk << ROW_LOG2;
        long free = rows[row + FREE];
        if ((free & more) != more) {
            return false;
        }
        free = (free & ~more) | (had & ~all);
        rows[row + FREE] = free;
        move(chunk, longest(chunk), longestRun(free));
        return true;
    }

    /// Address of a run.
    long address(int place) {
        return rows[(place >>> 6 << ROW_LOG2) + ADDRESS] + ((long) (place & CELLS_MASK) << CELL_LOG2);
    }

    /// The pool's block that the chunk is.
    int block(int place) {
        return (int) rows[(place >>> 6 << ROW_LOG2) + BLOCK];
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
            recycled = (int) rows[(chunk << ROW_LOG2) + NEXT];
        } else {
            if (!uses.reach((unused + 1) * CELLS >>> PLACES_A_USE_LOG2)) {
                return false;
            }
            chunk = unused++;
            if (chunk == regions.length) {
                rows = Arrays.copyOf(rows, rows.length * 2);
                regions = Arrays.copyOf(regions, regions.length * 2);
            }
        }
        int row = chunk << ROW_LOG2;
        rows[row + FREE] = -1L;
        rows[row + ADDRESS] = lent.address(index);
        rows[row + BLOCK] = lent.block(index);
        regions[chunk] = lent.region(index);
        chunks++;
        link(chunk, CELLS);
        return true;
    }

    /// Lets go of an empty chunk.
    ///
    /// @return the pool's block, or [BlockTable#NONE] if no chunk is empty
    int removeEmpty() {
        int chunk = first(CELLS);
        if (chunk == CELLS) {
            return BlockTable.NONE;
        }
        unlink(chunk, CELLS);
        int row = chunk << ROW_LOG2;
        rows[row + NEXT] = recycled;
        recycled = chunk;
        chunks--;
        regions[chunk] = null;
        return (int) rows[row + BLOCK];
    }

    /// @param longest length and place of the longest run, as [#longestRun] says it
    private void move(int chunk, int list, int longest) {
        if (list == (longest & LONGEST_MASK)) {
            rows[(chunk << ROW_LOG2) + LONGEST] = longest;
        } else {
            unlink(chunk, list);
            link(chunk, longest);
        }
    }

    private void link(int chunk, int longest) {
        int list = longest & LONGEST_MASK;
        int head = list << ROW_LOG2;
        int row = chunk << ROW_LOG2;
        long next = rows[head + NEXT];
        rows[row + LONGEST] = longest;
        rows[row + NEXT] = next;
        rows[row + BEFORE] = list;
        rows[head + NEXT] = chunk;
        rows[((int) next << ROW_LOG2) + BEFORE] = chunk;
        filled |= bit(list);
        emptyChunks += list >>> 6;
    }

    private void unlink(int chunk, int list) {
        int row = chunk << ROW_LOG2;
        long next = rows[row + NEXT];
        long before = rows[row + BEFORE];
        rows[((int) next << ROW_LOG2) + BEFORE] = before;
        rows[((int) before << ROW_LOG2) + NEXT] = next;
        filled &= ~(next == before ? bit(list) : 0); // the same before and after it: the list itself
        emptyChunks -= list >>> 6;
    }

    /// Of a list in `filled`; list 0, the full chunks, has none.
    private static long bit(int list) {
        return (long) (list + CELLS_MASK >>> 6) << (list - 1);
    }
}
