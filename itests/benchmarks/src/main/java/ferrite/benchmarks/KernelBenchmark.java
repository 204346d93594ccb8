package ferrite.benchmarks;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A request to the kernel itself: submitted, served and reaped by one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
    private static final SubmissionQueueEntry NOP = SubmissionQueueEntry.of(Opcode.NOP);

    private final Kernel kernel = Kernel.boot(KernelParameters.DEFAULT);
    private final Application application = kernel.openApplication("benchmark");
    private final BufferSlice buffer = application.pool().acquire(16, 16);
    private long clock;

    @Setup
    public void open() {
        clock = application.kernel().open(application.pool(), "time:4", OpenFlags.RDONLY);
    }

    @TearDown
    public void close() {
        application.close();
        kernel.close();
    }

    @Benchmark
    public long nop() {
        return application.kernel().call(NOP).status();
    }

    @Benchmark
    public long readOfTheClock() {
        return application.kernel().pread(clock, buffer, 0);
    }
}
