package ferrite.benchmarks;

import ferrite.benchmarks.pool.PoolMeasurements;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ferrite bench pool`.
@Command(
        name = "pool",
        description = {
            "Measures the buffer pool against Netty, Arena.ofConfined, glibc malloc, jemalloc and mimalloc.",
            "Allocators that are not installed are skipped; their lines say so. A million live slices take 12 GiB."
        })
final class PoolCommand implements Callable<Integer> {
    @Mixin
    private Bench bench = new Bench();

    PoolCommand() {
        // Filled by picocli.
    }

    @Override
    public Integer call() throws IOException {
        bench.run(
                (effort, folder, progress) -> new PoolMeasurements(effort, folder, progress).run(),
                PoolMeasurements.FULL,
                PoolMeasurements.QUICK);
        return 0;
    }
}
