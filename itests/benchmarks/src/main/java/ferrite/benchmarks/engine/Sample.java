package ferrite.benchmarks.engine;

import java.util.List;

/// What one turn of a subject brought.
///
/// @param nanos of one operation, one number an iteration
/// @param heapBytes allocated on the Java heap for one operation; NaN for what is not Java
public record Sample(List<Double> nanos, double heapBytes) {}
