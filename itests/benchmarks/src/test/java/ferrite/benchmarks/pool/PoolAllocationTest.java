package ferrite.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.benchmarks.HeapAllocation;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.LaunchSpec;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.SliceCache;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The gate: taking and giving back bytes allocates nothing on the Java heap.
class PoolAllocationTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 10_000})
    void slicesComeAndGoWithoutAllocation(int live) {
        try (FerritePool pool = new FerritePool()) {
            Churn churn = new Churn(pool, live, 0);
            assertThat(HeapAllocation.perOperation(() -> churn.run(HeapAllocation.OPERATIONS)))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000})
    void aPluginsSlicesComeAndGoWithoutAllocation(int live) {
        CachePlugin[] plugin = new CachePlugin[1];
        try (Kernel kernel = Kernel.boot(KernelParameters.DEFAULT)) {
            kernel.launch(
                    new LaunchSpec("churn", "churn", Layer.CLASS_DRIVER, Optional.empty()),
                    (_, _, pool) -> plugin[0] = new CachePlugin(pool, live));
            assertThat(plugin[0].bytesPerOperation).isZero();
        }
    }

    /// Takes its slices through the interface that plug-ins have, in its start.
    private static final class CachePlugin implements Plugin {
        private final BufferPool pool;
        private final int live;
        private double bytesPerOperation = Double.NaN;

        CachePlugin(BufferPool pool, int live) {
            this.pool = pool;
            this.live = live;
        }

        @Override
        public void start() {
            SliceCache cache = pool.cache();
            Churn churn = new Churn(new CachedSlices(cache), live, 0);
            bytesPerOperation = HeapAllocation.perOperation(() -> churn.run(HeapAllocation.OPERATIONS));
        }

        @Override
        public int poll(int budget) {
            return 0;
        }

        @Override
        public boolean isQuiet() {
            return true;
        }

        @Override
        public PluginState save() {
            return new PluginState(1, new byte[0]);
        }

        @Override
        public void restore(PluginState state) {}

        @Override
        public void stop() {}
    }

    /// One cache as the workload sees it.
    private record CachedSlices(SliceCache cache) implements Allocator {
        @Override
        public Slots slots(int count) {
            long[] handles = new long[count];
            return new Slots() {
                @Override
                public long acquire(int slot, int bytes, int alignmentShift) {
                    handles[slot] = cache.acquireHandle(bytes, 1L << alignmentShift);
                    return cache.acquiredAddress();
                }

                @Override
                public void release(int slot) {
                    cache.release(handles[slot]);
                }
            };
        }
    }
}
