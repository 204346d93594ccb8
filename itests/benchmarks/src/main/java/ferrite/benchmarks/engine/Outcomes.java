package ferrite.benchmarks.engine;

import java.util.Map;

/// What one measurement brought.
///
/// @param bySubject by the subject's name
/// @param line how long a cache line mostly took in the run until then, nanoseconds; NaN: it does not matter
public record Outcomes(Map<String, Outcome> bySubject, double line) {
    /// Of one subject.
    ///
    /// @throws IllegalArgumentException if it was not measured
    public Outcome of(String subject) {
        Outcome found = bySubject.get(subject);
        if (found == null) {
            throw new IllegalArgumentException(subject + " is not one of " + bySubject.keySet());
        }
        return found;
    }

    /// The same of what one thread did alone: where the other processor is does not matter, so no turn is left out.
    public Outcomes ofOneThread() {
        return new Outcomes(bySubject, Double.NaN);
    }

    /// Nanoseconds of an operation; NaN if the subject is not available here.
    public double nanos(String subject) {
        return of(subject).nanos(line);
    }
}
