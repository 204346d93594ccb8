package ferrite.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// One short iteration of each, without a fork, so that the benchmarks cannot rot. Its numbers mean nothing.
class BenchmarkSmokeTest {
    @Test
    void ringAndKernelBenchmarksRun() throws RunnerException {
        var results = new Runner(new OptionsBuilder()
                        .include("RingBenchmark|KernelBenchmark")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(50))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        assertThat(results).hasSize(4);
    }
}
