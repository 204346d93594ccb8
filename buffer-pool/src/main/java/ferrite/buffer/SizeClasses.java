package ferrite.buffer;

import static ferrite.buffer.BlockTable.NONE;

/// Free blocks in lists by size, and two bitmaps that find a filled list in two steps.
///
/// Two levels as in TLSF: powers of two, each cut into 32 classes of equal width.
///
/// | size, granules | class width | classes |
/// |---------------:|------------:|--------:|
/// |          1..63 |           1 |   1..63 |
/// |        64..127 |           2 |  64..95 |
/// |       128..255 |           4 | 96..127 |
/// |              … | size / 32   |       … |
final class SizeClasses {
    static final int NO_CLASS = -1;

    /// Largest block, granules; 64 GiB.
    static final int SIZE_MAX = 1 << 30;

    private static final int WIDTH_LOG2 = 5;
    private static final int PER_LEVEL = 1 << WIDTH_LOG2;
    private static final int LEVELS = 27;

    private final BlockTable blocks;
    private final int[] heads = new int[LEVELS * PER_LEVEL];
    private final int[] filledClasses = new int[LEVELS];
    private int filledLevels;

    SizeClasses(BlockTable blocks) {
        this.blocks = blocks;
    }

    /// The class in which a block of this size stands.
    static int classOf(int size) {
        if (size < PER_LEVEL) {
            return size;
        }
        int log2 = 31 - Integer.numberOfLeadingZeros(size);
        return (log2 - WIDTH_LOG2 + 1) * PER_LEVEL + (size >>> (log2 - WIDTH_LOG2)) - PER_LEVEL;
    }

    /// The lowest class in which every block has at least this size.
    ///
    /// @param size up to 2^30 + 2^24, a largest block and a largest alignment gap
    static int surelyLargeEnough(int size) {
        if (size < PER_LEVEL) {
            return size;
        }
        int log2 = 31 - Integer.numberOfLeadingZeros(size);
        return classOf(size + (1 << (log2 - WIDTH_LOG2)) - 1);
    }

    /// The lowest class from `least` up that has a block, or [#NO_CLASS].
    int filledFrom(int least) {
        int level = least >>> WIDTH_LOG2;
        if (level >= LEVELS) {
            return NO_CLASS;
        }
        int classes = filledClasses[level] & (-1 << (least & (PER_LEVEL - 1)));
        if (classes == 0) {
            int levels = filledLevels & (-1 << (level + 1));
            if (levels == 0) {
                return NO_CLASS;
            }
            level = Integer.numberOfTrailingZeros(levels);
            classes = filledClasses[level];
        }
        return level * PER_LEVEL + Integer.numberOfTrailingZeros(classes);
    }

    /// The first block of a class; the others follow by [BlockTable#freeAfter].
    int first(int sizeClass) {
        return heads[sizeClass];
    }

    void add(int block) {
        int sizeClass = classOf(blocks.size(block));
        int next = heads[sizeClass];
        blocks.linkFree(block, NONE, next);
        blocks.setFree(block, true);
        if (next != NONE) {
            blocks.setFreeBefore(next, block);
        }
        heads[sizeClass] = block;
        int level = sizeClass >>> WIDTH_LOG2;
        filledClasses[level] |= 1 << (sizeClass & (PER_LEVEL - 1));
        filledLevels |= 1 << level;
    }

    void remove(int block) {
        int before = blocks.freeBefore(block);
        int after = blocks.freeAfter(block);
        if (after != NONE) {
            blocks.setFreeBefore(after, before);
        }
        if (before != NONE) {
            blocks.setFreeAfter(before, after);
        } else {
            removeFirst(classOf(blocks.size(block)), after);
        }
        blocks.linkFree(block, NONE, NONE);
        blocks.setFree(block, false);
    }

    private void removeFirst(int sizeClass, int after) {
        heads[sizeClass] = after;
        if (after == NONE) {
            int level = sizeClass >>> WIDTH_LOG2;
            filledClasses[level] &= ~(1 << (sizeClass & (PER_LEVEL - 1)));
            if (filledClasses[level] == 0) {
                filledLevels &= ~(1 << level);
            }
        }
    }
}
