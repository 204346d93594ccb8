package ferrite.buffer;

/// Calls and turns of loops so far. One thread.
final class Steps {
    static long taken;

    private Steps() {}

    /// Called by the code that a [CountingLoader] has changed.
    static void count() {
        taken++;
    }
}
