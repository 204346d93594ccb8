package ferrite.benchmarks.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.openjdk.jmh.infra.ThreadParams;

/// All threads of the benchmark on one pool; together they hold so many live slices.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SharedPoolBenchmark {
    private static final int PAIRS = 1024;

    /// What the threads share.
    @State(Scope.Benchmark)
    public static class Shared {
        @Param
        private PoolPeer peer;

        @Param("10000")
        private int live;

        private final AtomicInteger threads = new AtomicInteger();
        private Allocator allocator;

        @Setup(Level.Trial)
        public void open() {
            allocator = peer.open();
        }

        @TearDown(Level.Trial)
        public void close() throws Exception {
            allocator.close();
        }
    }

    /// What one thread holds.
    @State(Scope.Thread)
    public static class Own {
        private Churn churn;

        @Setup(Level.Trial)
        public void fill(Shared shared, ThreadParams threads) {
            int start = Sequence.WISHES / threads.getThreadCount() * shared.threads.getAndIncrement();
            churn = new Churn(shared.allocator, shared.live / threads.getThreadCount(), start);
            churn.rehearse();
        }
    }

    @Benchmark
    @OperationsPerInvocation(PAIRS)
    public long releaseAndAcquire(Own own) {
        return own.churn.run(PAIRS);
    }
}
