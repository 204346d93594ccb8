package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Acquire and release take no more steps the more slices are live. A step is a call of a method or a turn of a loop
/// in this package; the copying of a table that grows is the virtual machine's and not counted.
final class StepsTest {
    private static final int OPERATIONS = 20_000;
    private static final int[] LIVE = {0, 1_000, 100_000};
    private static final int MANY = 1_000_000;

    /// One acquire or release of the pool: up to [FreeSpace#CANDIDATES_MAX] = 64 looks at a free block of 20 steps
    /// each, then some 150 for the lock, the lists and the index. Not the search at last, which is for a pool at its
    /// limit.
    private static final long STEPS_POOL_MOST = 2_000;

    /// The mean grows with the free blocks that are about as large as wanted, until 64 of them are looked at: one
    /// without a slice, some 35 with 100,000.
    private static final double POOL_GROWTH_MOST = 5;

    /// One of a cache that exchanges chunks with the pool: up to [LentBlocks#BLOCKS_MAX] = 32, each one operation of a
    /// pool that has few free blocks, because all are as large as a chunk.
    private static final long STEPS_CACHE_MOST = 32 * 300;

    private record Cost(long most, double mean) {}

    private static Cost cost(Path folder, boolean cached, int live) throws Exception {
        Path file = Files.createTempFile(folder, "pool", "");
        Constructor<?> mix = new CountingLoader()
                .loadClass(StepMix.class.getName())
                .getDeclaredConstructor(boolean.class, int.class);
        mix.setAccessible(true);
        @SuppressWarnings("unchecked")
        ToLongFunction<Path> steps = (ToLongFunction<Path>) mix.newInstance(cached, live);
        long result = steps.applyAsLong(file);
        Cost cost = new Cost(result >>> 32, (result & 0xFFFF_FFFFL) / (double) OPERATIONS);
        System.getLogger("ferrite.test")
                .log(
                        Level.INFO,
                        "{0}, {1} live: {2,number,0.0} steps for a release and an acquire, {3} at most for one",
                        cached ? "cache" : "pool",
                        live,
                        cost.mean,
                        cost.most);
        return cost;
    }

    @Test
    void aCacheTakesAsManyStepsWhateverIsLive(@TempDir Path folder) throws Exception {
        Cost few = cost(folder, true, LIVE[1]);
        for (int live : LIVE) {
            Cost cost = cost(folder, true, live);
            assertThat(cost.most).as("%d live", live).isBetween(1L, STEPS_CACHE_MOST);
            assertThat(cost.mean).as("%d live", live).isLessThan(1.1 * few.mean);
        }
    }

    @Test
    void aCacheTakesAboutAsManyStepsWithAMillionLive(@TempDir Path folder) throws Exception {
        Cost few = cost(folder, true, LIVE[1]);
        Cost many = cost(folder, true, MANY);
        assertThat(many.most).isBetween(1L, STEPS_CACHE_MOST);
        assertThat(many.mean).isLessThan(1.3 * few.mean);
    }

    @Test
    void aPoolTakesBoundedStepsWhateverIsLive(@TempDir Path folder) throws Exception {
        double none = cost(folder, false, 0).mean;
        for (int live : LIVE) {
            Cost cost = cost(folder, false, live);
            assertThat(cost.most).as("%d live", live).isBetween(1L, STEPS_POOL_MOST);
            assertThat(cost.mean).as("%d live", live).isLessThan(POOL_GROWTH_MOST * none);
        }
    }
}
