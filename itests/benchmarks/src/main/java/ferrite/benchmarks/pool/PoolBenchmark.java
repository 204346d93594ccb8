package ferrite.benchmarks.pool;

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

/// One thread releases a slice and acquires another, with so many live slices.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PoolBenchmark {
    private static final int PAIRS = 1024;

    @Param
    private PoolPeer peer;

    @Param("1000")
    private int live;

    private Allocator allocator;
    private Churn churn;

    @Setup(Level.Trial)
    public void fill() {
        allocator = peer.open();
        churn = new Churn(allocator, live, 0);
        churn.rehearse();
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        allocator.close();
    }

    @Benchmark
    @OperationsPerInvocation(PAIRS)
    public long releaseAndAcquire() {
        return churn.run(PAIRS);
    }
}
