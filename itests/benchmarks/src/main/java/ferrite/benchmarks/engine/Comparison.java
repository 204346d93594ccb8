package ferrite.benchmarks.engine;

import ferrite.benchmarks.report.Line;
import ferrite.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lines of one measurement: one subject, and every peer beside it.
public final class Comparison {
    private static final double NANOS_PER_MICRO = 1_000;

    private final String name;
    private final Outcomes outcomes;
    private final Outcome own;
    private final List<Line> lines = new ArrayList<>();

    /// @param name of the measurement
    /// @param own name of the subject that stands on the left
    public Comparison(String name, String own, Outcomes outcomes) {
        this.name = name;
        this.outcomes = outcomes;
        this.own = outcomes.of(own);
    }

    /// Compares times; smaller is better.
    public void time(String peer, Optional<Target> target) {
        add(peer, own.nanos(outcomes.line()), "ns", outcomes.of(peer).nanos(outcomes.line()), target);
    }

    /// Compares rates; larger is better.
    public void rate(String peer, Optional<Target> target) {
        add(peer, rateOf(own), "M/s", rateOf(outcomes.of(peer)), target);
    }

    /// Nothing may be allocated.
    public void noHeap() {
        double bytes = own.heapBytes();
        lines.add(Line.alone(name + ": heap", bytes, "B/op", Target.atMost(0)));
    }

    /// In the order in which they were added.
    public List<Line> lines() {
        return List.copyOf(lines);
    }

    private double rateOf(Outcome outcome) {
        return NANOS_PER_MICRO / outcome.nanos(outcomes.line());
    }

    private void add(String peer, double value, String unit, double peerValue, Optional<Target> target) {
        Outcome other = outcomes.of(peer);
        String shown =
                peer + other.missing().map(why -> " (skipped: " + why + ")").orElse("");
        lines.add(new Line(name, value, unit, shown, peerValue, own.heapBytes(), other.heapBytes(), target));
    }
}
