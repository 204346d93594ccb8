package ferrite.benchmarks.engine;

/// Something that can be measured again and again: Ferrite, or one of its peers.
public interface Subject {
    /// As it stands in the table.
    String name();

    /// One turn.
    ///
    /// @throws UnavailableException if this cannot be measured here; it is not asked again
    Sample measure(Effort effort) throws UnavailableException;
}
