package ferrite.benchmarks.engine;

import ferrite.benchmarks.host.CProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A measurement by a C program, which prints a number of nanoseconds for each iteration.
///
/// @param name for the table
/// @param program compiled on this machine
/// @param arguments before the number of iterations and their milliseconds
public record CSubject(String name, CProgram program, List<String> arguments) implements Subject {
    @Override
    public Sample measure(Effort effort) throws UnavailableException {
        List<String> all = new ArrayList<>(arguments);
        all.add(Integer.toString(effort.iterations()));
        all.add(Integer.toString(effort.iterationMillis()));
        try {
            List<Double> nanos = program.run(all).stream().map(Double::valueOf).toList();
            return new Sample(nanos, Double.NaN);
        } catch (IOException failed) {
            throw new UnavailableException(String.valueOf(failed.getMessage()));
        }
    }
}
