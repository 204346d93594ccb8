package ferrite.buffer;

import java.util.Arrays;

/// The slabs of one cache: runs of cells that are cut into slots of one size.
///
/// Each class fills one slab at a time, the one it took from last or got back first; slabs with both free and taken
/// slots wait in a list. An empty slab gives its cells back at once unless its class is filling it. After Bonwick,
/// "The Slab Allocator" (USENIX Summer 1994), with a bit per slot in place of lists, as in jemalloc.
///
/// A row is four longs, half a cache line; the slots' [Uses] are another one.
///
/// | long | meaning                                                            |
/// |-----:|--------------------------------------------------------------------|
/// |    0 | bit set: the slot is free                                          |
/// |    1 | address of the slab                                                |
/// |    2 | place of its run in the upper half, class in the lower             |
/// |    3 | neighbours in the list, the one before in the upper half; 0: none  |
///
/// Not thread-safe: the cache's owner alone.
final class Slabs {
    static final int NONE = -1;

    private static final int NO_ROW = 0;
    private static final int FREE = 0;
    private static final int ADDRESS = 1;
    private static final int RUN = 2;
    private static final int LINKS = 3;
    private static final int SLOTS_LOG2 = SlabClasses.SLOTS_MAX_LOG2;
    private static final int SLOT_MASK = (1 << SLOTS_LOG2) - 1;
    private static final int ROWS_AT_FIRST = 32;

    private final ChunkRuns runs;
    private final Uses uses;
    private final int[] filling = new int[SlabClasses.CLASSES];
    private final int[] partial = new int[SlabClasses.CLASSES];
    private long[] rows = new long[ROWS_AT_FIRST * 4];
    private int unused = 1;
    private int recycled = NO_ROW;

    Slabs(ChunkRuns runs, Uses uses) {
        this.runs = runs;
        this.uses = uses;
    }

    /// Of each slot, by place.
    Uses uses() {
        return uses;
    }

    /// @return the place, row × 16 + slot, or [#NONE] if no run is free for a slab
    int take(int sizeClass) {
        int row = filling[sizeClass];
        long free = rows[(row << 2) + FREE];
        if (free == 0) {
            row = refill(sizeClass);
            if (row == NO_ROW) {
                return NONE;
            }
            free = rows[(row << 2) + FREE];
        }
        rows[(row << 2) + FREE] = free & (free - 1);
        return row << SLOTS_LOG2 | Long.numberOfTrailingZeros(free);
    }

    private int refill(int sizeClass) {
        int row = partial[sizeClass];
        if (row == NO_ROW) {
            row = make(sizeClass);
            if (row == NO_ROW) {
                return NO_ROW;
            }
        } else {
            unlink(row, sizeClass);
        }
        filling[sizeClass] = row;
        return row;
    }

    private int make(int sizeClass) {
        if (recycled == NO_ROW && !uses.reach((unused + 1) << SLOTS_LOG2)) {
            return NO_ROW;
        }
        int run = runs.take(SlabClasses.cells(sizeClass), SlabClasses.alignmentLog2(sizeClass));
        if (run == ChunkRuns.NONE) {
            return NO_ROW;
        }
        int row = recycled;
        if (row != NO_ROW) {
            recycled = (int) rows[(row << 2) + LINKS];
        } else {
            row = unused++;
            if (row << 2 == rows.length) {
                rows = Arrays.copyOf(rows, rows.length * 2);
            }
        }
        int at = row << 2;
        rows[at + FREE] = all(sizeClass);
        rows[at + ADDRESS] = runs.address(run);
        rows[at + RUN] = (long) run << 32 | sizeClass;
        return row;
    }

    private static long all(int sizeClass) {
        return -1L >>> (Long.SIZE - SlabClasses.slots(sizeClass));
    }

    void give(int place) {
        int row = place >>> SLOTS_LOG2;
        int at = row << 2;
        long before = rows[at + FREE];
        long free = before | 1L << (place & SLOT_MASK);
        rows[at + FREE] = free;
        if (before == 0) {
            listIfIdle(row);
        } else if ((free & (free + 1)) == 0) { // a row of ones from the lowest bit: perhaps all
            removeIfEmpty(row, free);
        }
    }

    private void listIfIdle(int row) {
        int sizeClass = sizeClass(row);
        if (filling[sizeClass] == row) {
            return;
        }
        int after = partial[sizeClass];
        rows[(row << 2) + LINKS] = after;
        if (after != NO_ROW) {
            setBefore(after, row);
        }
        partial[sizeClass] = row;
    }

    private void removeIfEmpty(int row, long free) {
        int sizeClass = sizeClass(row);
        if (free != all(sizeClass) || filling[sizeClass] == row) {
            return;
        }
        unlink(row, sizeClass);
        drop(row);
    }

    private void drop(int row) {
        int at = row << 2;
        runs.give((int) (rows[at + RUN] >>> 32), SlabClasses.cells(sizeClass(row)));
        rows[at + FREE] = 0;
        rows[at + LINKS] = recycled;
        recycled = row;
    }

    private void unlink(int row, int sizeClass) {
        long links = rows[(row << 2) + LINKS];
        int before = (int) (links >>> 32);
        int after = (int) links;
        if (after != NO_ROW) {
            setBefore(after, before);
        }
        if (before != NO_ROW) {
            int at = (before << 2) + LINKS;
            rows[at] = (rows[at] & -1L << 32) | after;
        } else {
            partial[sizeClass] = after;
        }
    }

    private void setBefore(int row, int before) {
        int at = (row << 2) + LINKS;
        rows[at] = (long) before << 32 | (rows[at] & 0xFFFF_FFFFL);
    }

    /// Gives the cells of empty slabs back that their class was filling.
    void dropEmpty() {
        for (int sizeClass = 0; sizeClass < SlabClasses.CLASSES; sizeClass++) {
            int row = filling[sizeClass];
            if (row != NO_ROW && rows[(row << 2) + FREE] == all(sizeClass)) {
                filling[sizeClass] = NO_ROW;
                drop(row);
            }
        }
    }

    long address(int place) {
        int at = place >>> SLOTS_LOG2 << 2;
        return rows[at + ADDRESS] + (long) (place & SLOT_MASK) * SlabClasses.stride((int) rows[at + RUN]);
    }

    /// Bytes of the slot.
    int stride(int place) {
        return SlabClasses.stride(sizeClass(place >>> SLOTS_LOG2));
    }

    /// The pool's block that the slot lies in.
    int block(int place) {
        return runs.block((int) (rows[(place >>> SLOTS_LOG2 << 2) + RUN] >>> 32));
    }

    PoolRegion region(int place) {
        return runs.region((int) (rows[(place >>> SLOTS_LOG2 << 2) + RUN] >>> 32));
    }

    private int sizeClass(int row) {
        return (int) rows[(row << 2) + RUN];
    }
}
