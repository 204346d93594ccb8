package ferrite.runtime;

/// Where a plug-in instance is in its life.
public enum InstanceState {
    /// Takes turns.
    RUNNING,
    /// Its code is gone, its context waits for a successor; requests wait in its rings.
    SUSPENDED,
    /// Ended in order.
    STOPPED,
    /// Threw an exception; its clients got ENODEV.
    FAILED
}
