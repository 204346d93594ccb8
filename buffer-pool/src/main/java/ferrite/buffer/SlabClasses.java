package ferrite.buffer;

/// The strides of slabs: small slices of about one size share a slab, each in a slot of the same stride.
///
/// Four strides per power of two, all multiples of 64 bytes. A slice stands in the smallest stride that is a multiple
/// of its alignment; a slab begins at a multiple of [ChunkRuns#CELL_BYTES], so every slot then is aligned. A slab has
/// as many cells as its stride divides without rest, and up to 64 slots.
///
/// | stride, bytes | cells | slots |
/// |--------------:|------:|------:|
/// |            64 |     2 |    64 |
/// |           128 |     4 |    64 |
/// |           192 |     6 |    64 |
/// |             … |     … |     … |
/// |          1792 |     7 |     8 |
/// |          2048 |     8 |     8 |
final class SlabClasses {
    /// Slices above this are runs of cells.
    static final int BYTES_MAX = 2048;

    static final int CLASSES = 16;
    static final int NONE = -1;

    private static final int UNIT_LOG2 = 6;
    private static final int ALIGNMENTS = 32;
    private static final int SLOTS_MAX = 64;
    private static final int[] STRIDES = {
        64, 128, 192, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048
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
        for (int cells = 1; cells <= 8; cells++) {
            int slots = cells * ChunkRuns.CELL_BYTES / stride;
            if (cells * ChunkRuns.CELL_BYTES % stride == 0 && slots <= SLOTS_MAX) {
                CELLS[sizeClass] = cells;
                SLOTS[sizeClass] = slots;
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

    /// Cells of a slab.
    static int cells(int sizeClass) {
        return CELLS[sizeClass];
    }

    static int slots(int sizeClass) {
        return SLOTS[sizeClass];
    }
}
