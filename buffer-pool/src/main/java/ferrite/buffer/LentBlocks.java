package ferrite.buffer;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Blocks on their way from a pool to one of its caches: one object per cache, filled again and again.
final class LentBlocks {
    static final int BLOCKS_MAX = 32;

    private final int[] blocks = new int[BLOCKS_MAX];
    private final long[] addresses = new long[BLOCKS_MAX];
    private final @Nullable PoolRegion[] regions = new PoolRegion[BLOCKS_MAX];
    private int count;

    void clear() {
        Arrays.fill(regions, null);
        count = 0;
    }

    /// @param address of its first byte
    void add(int block, PoolRegion region, long address) {
        blocks[count] = block;
        addresses[count] = address;
        regions[count] = region;
        count++;
    }

    int count() {
        return count;
    }

    int block(int index) {
        return blocks[index];
    }

    long address(int index) {
        return addresses[index];
    }

    PoolRegion region(int index) {
        return Objects.requireNonNull(regions[index]);
    }
}
