package ferrite.benchmarks.report;

import java.util.Optional;
import java.util.OptionalDouble;

/// One line of a table: a number of Ferrite's beside the same number of a peer.
///
/// @param name what was measured
/// @param value Ferrite's; NaN if it could not be measured
/// @param unit of both; with a time, smaller is better, with a rate, larger
/// @param peer whose number stands beside it, and if there is none, why
/// @param peerValue NaN if there is none
/// @param heapBytes what Ferrite allocated on the Java heap for an operation; NaN if that was not measured
/// @param peerHeapBytes the same of the peer
/// @param target empty if this line is only for comparison
public record Line(
        String name,
        double value,
        String unit,
        String peer,
        double peerValue,
        double heapBytes,
        double peerHeapBytes,
        Optional<Target> target) {
    /// Of the peer of lines that have none.
    public static final String NO_PEER = "–";

    /// Rounds the numbers, so that ratio and verdict are those of the numbers that are shown.
    public Line {
        value = Numbers.rounded(value);
        peerValue = Numbers.rounded(peerValue);
    }

    /// A number that has only a bound.
    public static Line alone(String name, double value, String unit, Target target) {
        return new Line(name, value, unit, NO_PEER, Double.NaN, Double.NaN, Double.NaN, Optional.of(target));
    }

    /// A number that is only shown.
    public static Line shown(String name, double value, String unit) {
        return new Line(name, value, unit, NO_PEER, Double.NaN, Double.NaN, Double.NaN, Optional.empty());
    }

    /// Value by peer's value; empty if one is missing.
    public OptionalDouble ratio() {
        double ratio = Numbers.rounded(value / peerValue);
        return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }

    /// Whether the target is reached; empty if there is none, or nothing to compare with.
    public Optional<Boolean> met() {
        if (peer.equals(NO_PEER)) {
            return target.map(bound -> bound.isMetBy(value));
        }
        return ratio().isPresent() ? target.map(bound -> bound.isMetBy(ratio().getAsDouble())) : Optional.empty();
    }
}
