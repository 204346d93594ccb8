package ferrite.buffer;

/// The strides of slabs: small slices of about one size share a slab, each in a slot of the same stride.
///
/// Multiples of 64 bytes, four and more per power of two up to 1.5 KiB, then two: of larger ones a slab has few slots, and
/// most slabs would be half empty. A slice stands in the smallest stride that is a multiple of its alignment; a slab begins
/// at a multiple of the largest power of two in its stride, so every slot then is aligned. A slab has the fewest cells that
/// its stride divides without rest into eight slots, or as many as sixteen cells give.
///
/// | stride, bytes | cells | slots |
/// |--------------:|------:|------:|
/// |            64 |     1 |    16 |
/// |           128 |     1 |     8 |
/// |           192 |     3 |    16 |
/// |             … |     … |     … |
/// |          3072 |    15 |     5 |
/// |          4096 |    16 |     4 |
final class SlabClasses {
    /// Slices above this are runs of cells.
    static final int BYTES_MAX = 4096;

    static final int CLASSES = 17;
    static final int NONE = -1;

    /// Log2 of the most slots of a slab.
    static final int SLOTS_MAX_LOG2 = 4;

    private static final int UNIT_LOG2 = 6;
    private static final int ALIGNMENTS = 32;
    private static final int SLOTS_ENOUGH = 8;
    private static final int CELLS_MAX = 16;
    private static final int[] STRIDES = {
        64, 128, 192, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 2048, 3072, 4096
    };
    private static final int[] CELLS = new int[CLASSES];
    private static final int[] SLOTS = new int[CLASSES];
    private static final byte[] CLASS_OF = new byte[(BYTES_MAX >>> UNIT_LOG2) * ALIGNMENTS];

    static {
        for (int sizeClass = 0; sizeClass < CLASSES; sizeClass++) {
            fit(sizeClass);
        }
        for (int unit = 0; unit < BYTES_MAX >>> UNIT_LOG2; unit++) {
            for (int alignment = 0; alignment <= 16; alignment++) {
                CLASS_OF[unit * ALIGNMENTS + alignment] = (byte) search((unit + 1) << UNIT_LOG2, 1 << alignment);
            }
        }
    }

    private SlabClasses() {}

    private static void fit(int sizeClass) {
        int stride = STRIDES[sizeClass];
        for (int cells = 1; cells <= CELLS_MAX && SLOTS[sizeClass] < SLOTS_ENOUGH; cells++) {
            if (cells * ChunkRuns.CELL_BYTES % stride == 0) {
                CELLS[sizeClass] = cells;
                SLOTS[sizeClass] = cells * ChunkRuns.CELL_BYTES / stride;
            }
        }
    }

    private static int search(int bytes, int alignment) {
        for (int sizeClass = 0; sizeClass < CLASSES; sizeClass++) {
            int stride = STRIDES[sizeClass];
            if (stride >= bytes && (alignment <= 64 || stride % alignment == 0)) {
                return sizeClass;
            }
        }
        return NONE;
    }

    /// The class of a slice, or [#NONE] if it is to be a run.
    ///
    /// @param bytes 1 and up
    /// @param alignmentLog2 0..16
    static int of(int bytes, int alignmentLog2) {
        return bytes > BYTES_MAX ? NONE : CLASS_OF[((bytes - 1) >>> UNIT_LOG2) * ALIGNMENTS + alignmentLog2];
    }

    static int stride(int sizeClass) {
        return STRIDES[sizeClass];
    }

    /// Where a slab must begin.
    static int alignmentLog2(int sizeClass) {
        return Integer.numberOfTrailingZeros(STRIDES[sizeClass]);
    }

    /// Cells of a slab.
    static int cells(int sizeClass) {
        return CELLS[sizeClass];
    }

    static int slots(int sizeClass) {
        return SLOTS[sizeClass];
    }
}
