package ferrite.benchmarks.engine;

import ferrite.benchmarks.host.LinePingPong;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Gives each subject of a measurement its turn, then each again: no subject has a quiet minute for itself.
public final class Rounds {
    private static final long START = System.nanoTime();

    private final Effort effort;
    private final Consumer<String> progress;
    private final List<Double> lines;

    /// @param progress gets a line for each turn
    public Rounds(Effort effort, Consumer<String> progress) {
        this(effort, progress, new ArrayList<>());
    }

    private Rounds(Effort effort, Consumer<String> progress, List<Double> lines) {
        this.effort = effort;
        this.progress = progress;
        this.lines = lines;
    }

    /// For what takes long to set up: one turn for each subject, not shorter than the turns here.
    public Rounds once() {
        return new Rounds(effort.once(), progress, lines);
    }

    /// Runs them all.
    ///
    /// @param measurement for the progress
    /// @param required first in each round
    /// @param others left out when the time is over
    /// @param share of the time of the whole run that may be over at the end of this, 0..1
    public Outcomes run(String measurement, List<Subject> required, List<Subject> others, double share) {
        List<Subject> subjects = new ArrayList<>(required);
        subjects.addAll(others);
        Map<String, List<Outcome.Turn>> turns = new HashMap<>();
        Map<String, String> missing = new HashMap<>();
        double line = probe();
        for (int round = 1; round <= effort.rounds(); round++) {
            for (Subject subject : subjects) {
                if (missing.containsKey(subject.name()) || round > 1 && isOver(share)) {
                    continue;
                }
                try {
                    if (isOver(share) && others.contains(subject)) {
                        throw new UnavailableException("the time of this run was over");
                    }
                    Sample sample = subject.measure(effort);
                    double after = probe();
                    Outcome.Turn turn = new Outcome.Turn(sample, line, after);
                    line = after;
                    turns.computeIfAbsent(subject.name(), _ -> new ArrayList<>())
                            .add(turn);
                    tell(measurement, round, subject.name(), turn);
                } catch (UnavailableException unavailable) {
                    missing.put(subject.name(), unavailable.getMessage());
                    progress.accept(measurement + ", " + subject.name() + ": skipped, " + unavailable.getMessage());
                }
            }
        }
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (Subject subject : subjects) {
            String name = subject.name();
            List<Outcome.Turn> own = turns.getOrDefault(name, List.of());
            outcomes.put(name, new Outcome(name, own, Optional.ofNullable(missing.get(name))));
        }
        return new Outcomes(outcomes, typicalLine());
    }

    private boolean isOver(double share) {
        return elapsedSeconds() > effort.budgetSeconds() * share;
    }

    private static double elapsedSeconds() {
        return (System.nanoTime() - START) / 1e9;
    }

    private double typicalLine() {
        return Outcome.median(lines.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private double probe() {
        double line = LinePingPong.measure();
        lines.add(line);
        return line;
    }

    private void tell(String measurement, int round, String name, Outcome.Turn turn) {
        double nanos = Outcome.lowerQuartile(
                turn.sample().nanos().stream().mapToDouble(Double::doubleValue).toArray());
        progress.accept(String.format(
                Locale.ROOT,
                "%4.0f s  %s, round %d of %d, %s: %.1f ns (a cache line: %.0f ns)",
                elapsedSeconds(),
                measurement,
                round,
                effort.rounds(),
                name,
                nanos,
                turn.lineAfter()));
    }
}
