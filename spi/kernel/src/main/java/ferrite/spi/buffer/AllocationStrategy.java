package ferrite.spi.buffer;

/// Where in the pool a slice is looked for.
public sealed interface AllocationStrategy {
    /// The smallest free range that fits: least fragmentation.
    AllocationStrategy BEST = new Best();
    /// The first free range that is surely large enough: fewest steps.
    AllocationStrategy GREEDY = new Greedy();

    /// See [#BEST].
    record Best() implements AllocationStrategy {}

    /// See [#GREEDY].
    record Greedy() implements AllocationStrategy {}

    /// Exactly here.
    ///
    /// @param offset of the slice's first byte in the pool, bytes
    record Fixed(long offset) implements AllocationStrategy {}
}
