package ferrite.buffer;

/// The bits of a handle.
///
/// | bits   | meaning                                                                       |
/// |-------:|-------------------------------------------------------------------------------|
/// |  0..24 | entry: place of a slot or a direct block, a quarter of the place of a run     |
/// | 25..26 | kind: which table the place is in                                             |
/// | 27..31 | tag of the cache                                                              |
/// | 32..63 | the use, see [Uses]                                                           |
final class Handles {
    /// No slice; no handle is 0, because no live use is.
    static final long NONE = 0;

    static final int SLAB = 0;
    static final int RUN = 1 << 25;
    static final int DIRECT = 2 << 25;

    /// Places of each kind, at most: so that a place and its kind are an int.
    static final int PLACES_MAX = 1 << 25;

    /// Largest length that a handle itself can say, bytes.
    static final int LENGTH_MAX = 1 << 16;

    private static final int ENTRY_MASK = PLACES_MAX - 1;
    private static final int KIND_MASK = 3 << 25;
    private static final int TAG_SHIFT = 27;

    private Handles() {}

    /// @param use see [Uses#begin]
    /// @param tag see [#tag(int)]
    static long of(int use, int tag, int kind, int entry) {
        return (long) use << 32 | ((tag | kind | entry) & 0xFFFF_FFFFL);
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

    static int entry(long handle) {
        return (int) handle & ENTRY_MASK;
    }

    static int place(long handle) {
        return kind(handle) == RUN ? runPlace(handle) : entry(handle);
    }

    /// Of a run.
    static int runPlace(long handle) {
        return entry(handle) << ChunkRuns.PLACES_A_USE_LOG2 | Uses.lowest(use(handle));
    }

    /// Of a kind and a place in one.
    static int placeOf(int kindAndPlace) {
        return kindAndPlace & ENTRY_MASK;
    }

    static int use(long handle) {
        return (int) (handle >>> 32);
    }

    /// Not of a direct block.
    static int length(long handle) {
        return ((int) (handle >>> 32) & 0xFFFF) + 1;
    }
}
