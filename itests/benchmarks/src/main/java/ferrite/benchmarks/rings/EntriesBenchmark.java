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

/// 64-byte entries through one ring, from this thread to another, in batches of 32.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EntriesBenchmark {
    private static final int BATCH = 32;

    @Param
    private RingPeer peer;

    private Channel channel;
    private Partner receiver;

    @Setup(Level.Trial)
    public void start() {
        Processors.pin(Processors.first());
        channel = peer.entries();
        rehearse();
        receiver = Partner.start(() -> channel.receive(BATCH));
    }

    /// Both parts on this thread, so that the compiler has a processor for itself before two spinning threads take all.
    private void rehearse() {
        for (int i = 0; i < Partner.REHEARSALS; i++) {
            while (channel.send(BATCH) > 0) {
                // until it is full
            }
            while (channel.receive(BATCH) > 0) {
                // until it is empty
            }
        }
    }

    @TearDown(Level.Trial)
    public void stop() {
        receiver.close();
    }

    @Benchmark
    @OperationsPerInvocation(Channel.ENTRIES)
    public void send() {
        for (int sent = 0; sent < Channel.ENTRIES; ) {
            int count = channel.send(Math.min(BATCH, Channel.ENTRIES - sent));
            if (count == 0) {
                Thread.onSpinWait();
            }
            sent += count;
        }
    }
}
