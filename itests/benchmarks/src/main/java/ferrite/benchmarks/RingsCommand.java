package ferrite.benchmarks;

import ferrite.benchmarks.rings.RingMeasurements;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ferrite bench rings`.
@Command(
        name = "rings",
        description = {
            "Measures rings against JCTools, Agrona, LMAX Disruptor, ArrayBlockingQueue, Linux io_uring and a ring in C.",
            "Without gcc or io_uring the lines of those peers say so."
        })
final class RingsCommand implements Callable<Integer> {
    @Mixin
    private Bench bench = new Bench();

    RingsCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() throws IOException {
        bench.run(
                (effort, folder, progress) -> new RingMeasurements(effort, folder, progress).run(),
                RingMeasurements.FULL,
                RingMeasurements.QUICK);
        return 0;
    }
}
