package ferrite.benchmarks.rings;

/// Requests one way, answers back. [#ask] and [#reap] belong to one thread, [#serve] to another.
public interface RequestRing {
    /// Submits.
    ///
    /// @param count wanted, 1 and up
    /// @return how many there was room for
    int ask(int count);

    /// Takes requests and answers each.
    ///
    /// @return how many there were, up to `limit`
    int serve(int limit);

    /// Takes answers.
    ///
    /// @return how many there were, up to `limit`
    int reap(int limit);
}
