package ferrite.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// One short iteration of each, without a fork, so that the benchmarks cannot rot. Its numbers mean nothing.
class BenchmarkSmokeTest {
    /// Those that every machine has; the others are libraries of the system.
    private static final String[] PEERS = {
        "FERRITE", "NETTY_POOLED", "NETTY_ADAPTIVE", "NETTY_ADAPTIVE_DEFAULT", "CONFINED_ARENA"
    };

    private static ChainedOptionsBuilder shortly(String benchmarks) {
        return new OptionsBuilder()
                .include(benchmarks)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(50))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    @Test
    void ringAndKernelBenchmarksRun() throws RunnerException {
        var results = new Runner(shortly("RingBenchmark|KernelBenchmark").build()).run();
        assertThat(results).hasSize(4);
    }

    @Test
    void poolBenchmarksRun() throws RunnerException {
        var results = new Runner(shortly("\\.PoolBenchmark\\.")
                        .param("peer", PEERS)
                        .param("live", "0", "100")
                        .build())
                .run();
        assertThat(results).hasSize(2 * PEERS.length);
    }

    @Test
    void sharedPoolBenchmarkRunsOnTwoThreads() throws RunnerException {
        var results = new Runner(shortly("\\.SharedPoolBenchmark\\.")
                        .param("peer", PEERS)
                        .param("live", "100")
                        .threads(2)
                        .build())
                .run();
        assertThat(results).hasSize(PEERS.length);
    }
}
