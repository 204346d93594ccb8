package ferrite.benchmarks.report;

/// A bound for a ratio, or, on a line without a peer, for the value.
///
/// @param bound the last number that is good
/// @param isMost whether smaller is better
public record Target(double bound, boolean isMost) {
    /// Smaller is better: times.
    public static Target atMost(double bound) {
        return new Target(bound, true);
    }

    /// Larger is better: rates.
    public static Target atLeast(double bound) {
        return new Target(bound, false);
    }

    /// Whether this number is good enough.
    public boolean isMetBy(double number) {
        return isMost ? number <= bound : number >= bound;
    }

    @Override
    public String toString() {
        return (isMost ? "≤ " : "≥ ") + Numbers.plain(bound);
    }
}
