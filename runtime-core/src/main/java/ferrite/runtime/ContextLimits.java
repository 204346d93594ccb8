package ferrite.runtime;

import ferrite.runtime.context.FileTable;

/// What one context may have at the same time.
///
/// @param descriptors open descriptors, 1..65536; one more answers EMFILE
/// @param rings rings that it asks by, the one to the kernel not counted, 0..65536; one more answers ENFILE
/// @param memoryBytes all regions of its pool, a multiple of 4096; more answers ENOMEM
public record ContextLimits(int descriptors, int rings, long memoryBytes) {
    /// Most rings.
    public static final int RINGS_MAX = 65_536;

    private static final int DEFAULT_RINGS = 1_024;
    private static final int PAGE_BYTES = 4_096;

    /// @throws IllegalArgumentException if one is out of range
    public ContextLimits {
        if (descriptors < 1 || descriptors > FileTable.DESCRIPTORS_MAX) {
            throw new IllegalArgumentException(descriptors + " descriptors are not in 1.." + FileTable.DESCRIPTORS_MAX);
        }
        if (rings < 0 || rings > RINGS_MAX) {
            throw new IllegalArgumentException(rings + " rings are not in 0.." + RINGS_MAX);
        }
        if (memoryBytes < PAGE_BYTES || memoryBytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(memoryBytes + " bytes are not a multiple of " + PAGE_BYTES);
        }
    }

    /// 65,536 descriptors and 1,024 rings.
    ///
    /// @param memoryBytes all regions of its pool, a multiple of 4096
    public static ContextLimits ofMemory(long memoryBytes) {
        return new ContextLimits(FileTable.DESCRIPTORS_MAX, DEFAULT_RINGS, memoryBytes);
    }
}
