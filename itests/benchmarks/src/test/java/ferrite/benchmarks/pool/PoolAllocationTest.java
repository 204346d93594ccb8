package ferrite.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.benchmarks.HeapAllocation;
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
}
