package ferrite.benchmarks.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What all turns of one subject brought.
///
/// @param subject its name
/// @param turns in the order of the rounds; empty if it is unavailable
/// @param missing why there are none
public record Outcome(String subject, List<Turn> turns, Optional<String> missing) {
    /// One turn, and how long a cache line travelled before and after it.
    ///
    /// @param sample what was measured
    /// @param lineBefore nanoseconds
    /// @param lineAfter nanoseconds
    public record Turn(Sample sample, double lineBefore, double lineAfter) {
        private static final double NEAR = 1.6;

        /// Whether the processors stood as they mostly do in this run.
        boolean isTypical(double line) {
            return isNear(lineBefore, line) && isNear(lineAfter, line);
        }

        private static boolean isNear(double probe, double line) {
            return probe < line * NEAR && probe > line / NEAR;
        }
    }

    /// Nanoseconds of an operation: the lower quartile of all iterations, of those turns in which a cache line took about
    /// `line`, if there are any. Not the median, because a hypervisor that takes a processor away in the middle of a turn
    /// makes up to half of its iterations slower, and none faster.
    public double nanos(double line) {
        List<Turn> typical = turns.stream().filter(turn -> turn.isTypical(line)).toList();
        return lowerQuartile((typical.isEmpty() ? turns : typical)
                .stream()
                        .flatMap(turn -> turn.sample().nanos().stream())
                        .mapToDouble(Double::doubleValue)
                        .toArray());
    }

    /// Bytes on the Java heap for an operation.
    public double heapBytes() {
        return median(
                turns.stream().mapToDouble(turn -> turn.sample().heapBytes()).toArray());
    }

    /// The one that a quarter of all do not exceed; NaN of nothing.
    static double lowerQuartile(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        return values[(values.length - 1) / 4];
    }

    /// The middle one; NaN of nothing.
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
