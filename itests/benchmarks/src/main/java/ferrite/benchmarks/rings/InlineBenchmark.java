package ferrite.benchmarks.rings;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Requests that are submitted, served and reaped on one thread, with all checks: NOPs by Ferrite's kernel, and private
/// operations by a plug-in on a ring of its own.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class InlineBenchmark {
    private static final int OPERATIONS = 1024;
    private static final int MANY_OPERATIONS = 1024 * OPERATIONS;

    @Param({"1", "32"})
    private int batch;

    private InlineKernel kernel;

    @Setup(Level.Trial)
    public void boot() {
        kernel = new InlineKernel();
    }

    @TearDown(Level.Trial)
    public void close() {
        kernel.close();
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long byTheKernel() {
        long sum = 0;
        for (int done = 0; done < OPERATIONS; done += batch) {
            sum += kernel.nops(batch);
        }
        return sum;
    }

    /// Many at a time, so that the one request which starts them does not count.
    @Benchmark
    @OperationsPerInvocation(MANY_OPERATIONS)
    public long byAPlugin() {
        return kernel.userToUser(MANY_OPERATIONS, batch);
    }
}
