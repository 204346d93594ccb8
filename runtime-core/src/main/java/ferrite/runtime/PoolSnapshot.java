package ferrite.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The memory of one context at one moment.
///
/// @param context whose it is, `name#id`
/// @param bytes in all regions
/// @param bytesInUse taken from them, rounding and kept bytes included
/// @param slices acquired and not closed
/// @param keptBytes closed by the context and kept by a holder: what a holder that never lets go costs
/// @param cachedBytes lent to caches, whether in use or free in them
/// @param pages what the regions stand on, `small`, `huge` and `transparent_huge`, joined by `+`; `none` without regions
/// @param file that the memory is in; empty: it is this process's own
/// @param holdings who keeps bytes from being reused, the oldest first
public record PoolSnapshot(
        String context,
        long bytes,
        long bytesInUse,
        int slices,
        long keptBytes,
        long cachedBytes,
        String pages,
        Optional<Path> file,
        List<Holding> holdings) {

    /// One hold on one slice: a request in a ring, a device, a guard.
    ///
    /// @param holder who, with the request if there is one
    /// @param address of the first byte
    /// @param bytes of the slice
    /// @param ageNanos since it began, nanoseconds
    public record Holding(String holder, long address, long bytes, long ageNanos) {}
}
