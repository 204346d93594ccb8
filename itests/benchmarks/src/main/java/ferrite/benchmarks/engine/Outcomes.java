package ferrite.benchmarks.engine;

import java.util.Map;

/// What one measurement brought.
///
/// @param bySubject by the subject's name
/// @param line how long a cache line mostly took in the run until then, nanoseconds
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

    /// Nanoseconds of an operation; NaN if the subject is not available here.
    public double nanos(String subject) {
        return of(subject).nanos(line);
    }
}
