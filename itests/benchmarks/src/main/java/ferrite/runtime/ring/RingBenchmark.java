package ferrite.runtime.ring;

import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One ring by itself: submit, receive, answer, reap, all on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RingBenchmark {
    private static final int BATCH = 32;
    private static final SubmissionQueueEntry ENTRY = SubmissionQueueEntry.of(200);

    private final Ring ring = new Ring("benchmark", new Ring.Attachment.UserToUser(), RingParameters.DEFAULT);

    @Benchmark
    public long roundTrip() {
        ring.consumer().submit(ENTRY, null, 1, null);
        InFlight record = Objects.requireNonNull(ring.producer().receive());
        ring.producer().complete(record, 0, 0);
        return reap();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long roundTripsInBatchesOf32() {
        for (int i = 0; i < BATCH; i++) {
            ring.consumer().submit(ENTRY, null, i, null);
        }
        for (int i = 0; i < BATCH; i++) {
            ring.producer().complete(Objects.requireNonNull(ring.producer().receive()), 0, 0);
        }
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            sum += reap();
        }
        return sum;
    }

    private long reap() {
        if (!ring.consumer().reap()) {
            throw new IllegalStateException("an answer is missing");
        }
        return ring.consumer().userData();
    }
}
