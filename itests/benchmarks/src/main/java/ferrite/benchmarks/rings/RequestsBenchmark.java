package ferrite.benchmarks.rings;

import ferrite.benchmarks.host.Processors;
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

/// Requests from this thread to another that spins too, and their answers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestsBenchmark {
    private static final int BATCH = 32;
    private static final int IN_FLIGHT = 128;

    @Param
    private RingPeer peer;

    private RequestRing ring;
    private Partner server;
    private int inFlight;

    @Setup(Level.Trial)
    public void start() {
        Processors.pin(Processors.first());
        ring = peer.requests();
        rehearse();
        server = Partner.start(() -> ring.serve(BATCH));
    }

    /// Both parts on this thread, so that the compiler has a processor for itself before two spinning threads take all.
    private void rehearse() {
        for (int i = 0; i < Partner.REHEARSALS * Channel.ENTRIES / IN_FLIGHT; i++) {
            int asked = ring.ask(1) + ring.ask(BATCH);
            for (int reaped = ring.reap(BATCH); reaped < asked; reaped += ring.reap(BATCH)) {
                ring.serve(BATCH);
            }
            ring.serve(1);
        }
    }

    @TearDown(Level.Trial)
    public void stop() {
        server.close();
    }

    /// One request, its answer, and again.
    @Benchmark
    @OperationsPerInvocation(Channel.ENTRIES)
    public void roundTrip() {
        for (int i = 0; i < Channel.ENTRIES; i++) {
            while (ring.ask(1) == 0) {
                Thread.onSpinWait();
            }
            while (ring.reap(1) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// 128 requests on their way at the same time.
    @Benchmark
    @OperationsPerInvocation(Channel.ENTRIES)
    public void inFlight128() {
        int out = inFlight;
        for (int done = 0; done < Channel.ENTRIES; ) {
            if (out + BATCH <= IN_FLIGHT) {
                out += ring.ask(BATCH);
            }
            int count = ring.reap(BATCH);
            if (count == 0) {
                Thread.onSpinWait();
            }
            out -= count;
            done += count;
        }
        inFlight = out;
    }
}
