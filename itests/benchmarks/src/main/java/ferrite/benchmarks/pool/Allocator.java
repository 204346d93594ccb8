package ferrite.benchmarks.pool;

/// An allocator under test. Several threads may share it, each with [Slots] of its own.
public interface Allocator extends AutoCloseable {
    /// Places for what one thread acquires.
    Slots slots(int count);

    /// Bytes that live slices take, rounding and gaps included; 0 if it does not tell.
    default long takenBytes() {
        return 0;
    }

    /// Bytes that the allocator has from the system; 0 if it does not tell.
    default long reservedBytes() {
        return 0;
    }

    /// Share of the most bytes it ever held that nobody asked for when the most was asked for; NaN if it does not tell.
    default double wasteAtMost() {
        return Double.NaN;
    }

    @Override
    default void close() {}

    /// What one thread holds.
    interface Slots {
        /// Fills an empty place. The bytes are not touched.
        ///
        /// @return where they are
        long acquire(int slot, int bytes, int alignmentShift);

        /// Empties a place.
        void release(int slot);
    }
}
