package ferrite.runtime;

/// Sizes and limits of one kernel.
///
/// @param name for threads and messages
/// @param poolRegionBytes by how much a context's memory grows at once, bytes
/// @param limits of each context that is not given others when it is launched
/// @param poisonMemory whether freed bytes are overwritten and checked (slow; finds writes after release)
/// @param memory what contexts' memory is made of
public record KernelParameters(
        String name, long poolRegionBytes, ContextLimits limits, boolean poisonMemory, PoolMemory memory) {
    /// 4 MiB steps up to 1 GiB a context, no poisoning.
    public static final KernelParameters DEFAULT = new KernelParameters("ferrite", 4L << 20, 1L << 30, false);

    /// @param poolLimitBytes most memory of one context, bytes
    public KernelParameters(String name, long poolRegionBytes, long poolLimitBytes, boolean poisonMemory) {
        this(name, poolRegionBytes, ContextLimits.ofMemory(poolLimitBytes), poisonMemory);
    }

    /// Anonymous memory.
    public KernelParameters(String name, long poolRegionBytes, ContextLimits limits, boolean poisonMemory) {
        this(name, poolRegionBytes, limits, poisonMemory, new PoolMemory.Anonymous());
    }

    /// The same with other memory.
    public KernelParameters withMemory(PoolMemory other) {
        return new KernelParameters(name, poolRegionBytes, limits, poisonMemory, other);
    }
}
