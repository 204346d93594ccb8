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

    /// To look at one free block, at most.
    private static final long STEPS_A_CANDIDATE = 20;

    /// All that a block of the pool costs besides.
    private static final long STEPS_BESIDES = 500;

    /// A usual operation of the pool.
    private static final long STEPS_POOL = FreeSpace.CANDIDATES_MAX * STEPS_A_CANDIDATE + STEPS_BESIDES;

    /// One that has looked everywhere before the pool grew.
    private static final long STEPS_POOL_MOST = FreeSpace.CANDIDATES_AT_LAST_MAX * STEPS_A_CANDIDATE + STEPS_POOL;

    /// One that exchanges chunks with the pool: as many of its usual ones.
    private static final long STEPS_CACHE_MOST = LentBlocks.BLOCKS_MAX * STEPS_POOL;

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
    void aPoolTakesBoundedStepsWhateverIsLive(@TempDir Path folder) throws Exception {
        for (int live : LIVE) {
            Cost cost = cost(folder, false, live);
            assertThat(cost.most).as("%d live", live).isBetween(1L, STEPS_POOL_MOST);
            assertThat(cost.mean).as("%d live", live).isLessThan(2 * STEPS_POOL);
        }
    }
}
