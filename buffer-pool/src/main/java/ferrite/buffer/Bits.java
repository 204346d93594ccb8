package ferrite.buffer;

/// Arithmetic on powers of two.
final class Bits {
    private Bits() {}

    /// The smallest multiple of `unit` that is not below `value`.
    ///
    /// @param value 0 up to Long.MAX_VALUE − unit
    /// @param unit a power of two
    static long roundUp(long value, long unit) {
        return (value + unit - 1) & -unit;
    }

    static boolean isPowerOfTwo(long value) {
        return value > 0 && (value & (value - 1)) == 0;
    }
}
