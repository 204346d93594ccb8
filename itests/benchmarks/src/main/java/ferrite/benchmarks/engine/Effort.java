package ferrite.benchmarks.engine;

/// How long a measurement takes.
///
/// @param rounds how often each subject has its turn
/// @param warmUpIterations of a turn, not counted
/// @param iterations of a turn, each a sample
/// @param iterationMillis length of each
/// @param budgetSeconds of the whole run: when it is used up, no further round begins, and only subjects with a
///        target are measured
public record Effort(int rounds, int warmUpIterations, int iterations, int iterationMillis, int budgetSeconds) {
    /// The same in one round.
    Effort once() {
        return new Effort(1, warmUpIterations, iterations, iterationMillis, budgetSeconds);
    }
}
