package ferrite.benchmarks.engine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// A JMH benchmark with fixed parameters. Each turn is a JVM of its own.
///
/// @param name for the table
/// @param benchmark class and method
/// @param parameters of the benchmark
/// @param threads that call it
public record JmhSubject(String name, String benchmark, Map<String, String> parameters, int threads)
        implements Subject {
    private static final String HEAP_BYTES = "gc.alloc.rate.norm";

    /// What JMH itself allocates in an iteration, at most: 5 to 6 KiB were seen with benchmarks that allocate nothing.
    private static final double HEAP_BYTES_OF_JMH = 8_192;

    /// Of every JVM that measures. The peers get what makes them fast: Agrona without its bounds checks, Netty with its
    /// Unsafe and without its leak detector.
    private static final String[] JVM_FLAGS = {
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-Xms256m",
        "-Xmx2g",
        "-XX:MaxDirectMemorySize=64g",
        "-Dagrona.disable.bounds.checks=true",
        "-Dio.netty.noUnsafe=false",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Dio.netty.leakDetection.level=disabled"
    };

    @Override
    public Sample measure(Effort effort) throws UnavailableException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\Q" + benchmark + "\\E$")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .threads(threads)
                .jvmArgs(JVM_FLAGS)
                .warmupIterations(effort.warmUpIterations())
                .warmupTime(TimeValue.milliseconds(effort.iterationMillis()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.iterationMillis()))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
        parameters.forEach((key, value) -> options.param(key, value));
        try {
            Collection<RunResult> results = new Runner(
                            options.build(),
                            OutputFormatFactory.createFormatInstance(
                                    new PrintStream(log, true, StandardCharsets.UTF_8), VerboseMode.NORMAL))
                    .run();
            return sample(results.iterator().next());
        } catch (RunnerException failed) {
            throw explained(log.toString(StandardCharsets.UTF_8), failed);
        }
    }

    private static Sample sample(RunResult result) {
        List<Double> nanos = new ArrayList<>();
        List<Double> heapBytes = new ArrayList<>();
        result.getBenchmarkResults().forEach(fork -> {
            for (IterationResult iteration : fork.getIterationResults()) {
                nanos.add(iteration.getPrimaryResult().getScore());
                heapBytes.add(heapBytes(iteration));
            }
        });
        double median = Outcome.median(
                heapBytes.stream().mapToDouble(Double::doubleValue).toArray());
        return new Sample(nanos, median);
    }

    private static double heapBytes(IterationResult iteration) {
        Result<?> all = iteration.getSecondaryResults().get(HEAP_BYTES);
        if (all == null) {
            return Double.NaN;
        }
        double ofJmh = HEAP_BYTES_OF_JMH / iteration.getMetadata().getMeasuredOps();
        return all.getScore() > ofJmh ? all.getScore() : 0;
    }

    /// A benchmark says by an UnsupportedOperationException what is missing; everything else is an error.
    private UnavailableException explained(String log, RunnerException failed) {
        String marker = UnsupportedOperationException.class.getName() + ": ";
        int at = log.indexOf(marker);
        if (at >= 0) {
            return new UnavailableException(
                    log.substring(at + marker.length()).lines().findFirst().orElse(""));
        }
        throw new IllegalStateException(benchmark + " " + parameters + " failed:\n" + log, failed);
    }
}
