package ferrite.runtime;

/// Fulfils spawn requests, one after the other, on the kernel's spawn thread.
@FunctionalInterface
public interface SpawnHandler {
    /// May launch directly; what it throws is logged.
    void spawn(SpawnRequest request);
}
