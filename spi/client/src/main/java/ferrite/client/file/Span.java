package ferrite.client.file;

/// A piece of a file, and the whole blocks around it.
///
/// @param at first byte that is wanted
/// @param length bytes that are wanted
/// @param block bytes of a block, ≥ 1
record Span(long at, int length, int block) {
    /// The piece from `at` on that has at most `length` bytes and whose blocks have at most `room`, none of them after
    /// `end`.
    ///
    /// @param room a multiple of `block`
    /// @param end bytes of the whole file; Long.MAX_VALUE if that is not known
    static Span of(long at, int length, int block, int room, long end) {
        long skip = at % block;
        long most = Math.min(length, room - skip);
        return new Span(at, (int) Math.max(0, Math.min(most, end - at)), block);
    }

    /// Where its first block begins.
    long start() {
        return at - skip();
    }

    /// Bytes of its blocks.
    int bytes() {
        return (skip() + length + block - 1) / block * block;
    }

    /// Bytes before it in its first block.
    int skip() {
        return (int) (at % block);
    }

    /// Whether it is whole blocks.
    boolean isAligned() {
        return skip() == 0 && length % block == 0;
    }
}
