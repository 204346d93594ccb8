package ferrite.runtime.boot;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/// `ferrite bench` in a distribution, which has neither JMH nor the peers: says where they are. In a source tree the script
/// at its root runs the benchmarks and does not come here.
@Command(
        name = "bench",
        description = {
            "Measures rings or the buffer pool side by side with their peers: rings, pool.",
            "In the source tree only: \"./ferrite bench\" there builds and runs them."
        })
final class BenchCommand implements Callable<Integer> {
    @Unmatched
    @SuppressWarnings("UnusedVariable") // what was to be measured does not matter
    private List<String> rest = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    BenchCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "The benchmarks are not in the distribution, only in the source tree: run \"./ferrite bench\" there.");
    }
}
