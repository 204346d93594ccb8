package ferrite.buffer;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Slices of a cache that are blocks of the pool themselves: larger or more aligned than a chunk can give, or taken when
/// the pool had no chunk left. Not thread-safe: the cache's owner alone.
final class DirectBlocks {
    static final int NONE = -1;

    private static final int ROWS_AT_FIRST = 16;

    private final Uses uses;
    private int[] blocks = new int[ROWS_AT_FIRST];
    private long[] addresses = new long[ROWS_AT_FIRST];
    private long[] lengths = new long[ROWS_AT_FIRST];
    private @Nullable PoolRegion[] regions = new PoolRegion[ROWS_AT_FIRST];
    private int unused;
    private int recycled = NONE;

    DirectBlocks(Uses uses) {
        this.uses = uses;
    }

    Uses uses() {
        return uses;
    }

    /// Takes over the first of what was lent.
    ///
    /// @param bytes as asked for
    /// @return the place, or [#NONE] if there is no number left
    int add(LentBlocks lent, long bytes) {
        int place = recycled;
        if (place != NONE) {
            recycled = blocks[place];
        } else {
            if (!uses.reach(unused + 1)) {
                return NONE;
            }
            place = unused++;
            if (place == blocks.length) {
                blocks = Arrays.copyOf(blocks, place * 2);
                addresses = Arrays.copyOf(addresses, place * 2);
                lengths = Arrays.copyOf(lengths, place * 2);
                regions = Arrays.copyOf(regions, place * 2);
            }
        }
        blocks[place] = lent.block(0);
        addresses[place] = lent.address(0);
        regions[place] = lent.region(0);
        lengths[place] = bytes;
        return place;
    }

    /// @return the pool's block
    int remove(int place) {
        int block = blocks[place];
        blocks[place] = recycled;
        regions[place] = null;
        recycled = place;
        return block;
    }

    int block(int place) {
        return blocks[place];
    }

    long address(int place) {
        return addresses[place];
    }

    PoolRegion region(int place) {
        return Objects.requireNonNull(regions[place]);
    }

    long length(int place) {
        return lengths[place];
    }

    void setLength(int place, long bytes) {
        lengths[place] = bytes;
    }
}
