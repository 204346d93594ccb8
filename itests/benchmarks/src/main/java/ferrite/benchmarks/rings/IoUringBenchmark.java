package ferrite.benchmarks.rings;

import ferrite.benchmarks.host.IoUring;
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

/// NOPs to the Linux kernel: submitted, served and reaped on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IoUringBenchmark {
    private static final int OPERATIONS = 128;

    @Param({"1", "32"})
    private int batch;

    private IoUring ring;

    @Setup(Level.Trial)
    public void open() {
        ring = new IoUring(OPERATIONS);
    }

    @TearDown(Level.Trial)
    public void close() {
        ring.close();
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long nop() {
        long sum = 0;
        for (int done = 0; done < OPERATIONS; done += batch) {
            sum += ring.nops(batch);
        }
        return sum;
    }
}
