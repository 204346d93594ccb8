package ferrite.buffer;

/// The bits of a handle.
///
/// | bits   | meaning                                                                       |
/// |-------:|-------------------------------------------------------------------------------|
/// |  0..24 | place                                                                         |
/// | 25..26 | kind: which table the place is in                                             |
/// | 27..31 | tag of the cache                                                              |
/// | 32..47 | length − 1, bytes; 0 for a direct block                                       |
/// | 48..63 | generation of the place, odd                                                  |
final class Handles {
    /// No slice; no handle is 0, because no generation is.
    static final long NONE = 0;

    static final int SLAB = 0;
    static final int RUN = 1 << 25;
    static final int DIRECT = 2 << 25;

    /// Largest length that a handle itself can say, bytes.
    static final int LENGTH_MAX = 1 << 16;

    private static final int PLACE_MASK = (1 << 25) - 1;
    private static final int KIND_MASK = 3 << 25;
    private static final int TAG_SHIFT = 27;

    private Handles() {}

    /// @param tag see [#tag(int)]
    /// @param length 1..65536
    static long of(char generation, int length, int tag, int kind, int place) {
        return (long) generation << 48 | (long) (length - 1) << 32 | ((tag | kind | place) & 0xFFFF_FFFFL);
    }

    /// @param serial of the cache; every 32nd has the same tag
    static int tag(int serial) {
        return serial << TAG_SHIFT;
    }

    static boolean hasTag(long handle, int tag) {
        return (int) handle >>> TAG_SHIFT == tag >>> TAG_SHIFT;
    }

    static int kind(long handle) {
        return (int) handle & KIND_MASK;
    }

    static int place(long handle) {
        return (int) handle & PLACE_MASK;
    }

    static char generation(long handle) {
        return (char) (handle >>> 48);
    }

    /// Not of a direct block.
    static int length(long handle) {
        return ((int) (handle >>> 32) & 0xFFFF) + 1;
    }
}
