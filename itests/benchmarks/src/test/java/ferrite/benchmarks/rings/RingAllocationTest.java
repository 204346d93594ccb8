package ferrite.benchmarks.rings;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.benchmarks.HeapAllocation;
import ferrite.runtime.ring.FerriteRings;
import org.junit.jupiter.api.Test;

/// The gate: no path of a ring allocates on the Java heap.
class RingAllocationTest {
    private static final int BATCH = 32;
    private static final int ROUNDS = HeapAllocation.OPERATIONS / BATCH;

    @Test
    void entriesPassWithoutAllocation() {
        Channel channel = FerriteRings.entries(8);
        assertThat(HeapAllocation.perOperation(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        require(BATCH, channel.send(BATCH));
                        require(BATCH, channel.receive(BATCH));
                    }
                }))
                .isZero();
    }

    @Test
    void requestsAreAnsweredWithoutAllocation() {
        RequestRing ring = FerriteRings.requests();
        assertThat(HeapAllocation.perOperation(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        require(BATCH, ring.ask(BATCH));
                        require(BATCH, ring.serve(BATCH));
                        require(BATCH, ring.reap(BATCH));
                    }
                }))
                .isZero();
    }

    @Test
    void kernelServesOneRequestAfterAnotherWithoutAllocation() {
        try (InlineKernel kernel = new InlineKernel()) {
            assertThat(HeapAllocation.perOperation(() -> {
                        for (int i = 0; i < HeapAllocation.OPERATIONS; i++) {
                            kernel.nops(1);
                        }
                    }))
                    .isZero();
        }
    }

    @Test
    void kernelServesBatchesWithoutAllocation() {
        try (InlineKernel kernel = new InlineKernel()) {
            assertThat(HeapAllocation.perOperation(() -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            kernel.nops(BATCH);
                        }
                    }))
                    .isZero();
        }
    }

    @Test
    void pluginServesAnotherWithoutAllocation() {
        try (InlineKernel kernel = new InlineKernel()) {
            assertThat(HeapAllocation.perOperation(() -> kernel.userToUser(HeapAllocation.OPERATIONS, 1)))
                    .isZero();
        }
    }

    private static void require(int expected, int actual) {
        if (actual != expected) {
            throw new AssertionError(actual + " of " + expected);
        }
    }
}
