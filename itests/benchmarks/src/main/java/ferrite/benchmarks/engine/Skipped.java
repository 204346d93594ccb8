package ferrite.benchmarks.engine;

/// A subject that is not measured in this run.
///
/// @param name for the table
/// @param why for the table
public record Skipped(String name, String why) implements Subject {
    @Override
    public Sample measure(Effort effort) throws UnavailableException {
        throw new UnavailableException(why);
    }
}
