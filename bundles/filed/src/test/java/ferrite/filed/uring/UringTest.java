package ferrite.filed.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ferrite.spi.error.SchemeException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UringTest {
    /// A ring, or no test on a host that has none for us.
    static Uring open(int entries) {
        try {
            return Uring.open(entries);
        } catch (SchemeException refused) {
            assumeThat(refused).as("this host has no io_uring for us").isNull();
            throw refused;
        }
    }

    @Test
    void everySubmissionIsAnsweredOnceAroundTheRing() {
        Set<Long> answers = new HashSet<>();
        try (Uring uring = open(8)) {
            for (long i = 0; i < 1000; ) {
                while (uring.prepare(HostSqe.of(HostSqe.OP_NOP, -1), 0, i)) {
                    i++;
                }
                uring.submit();
                uring.reap((userData, result) -> {
                    assertThat(result).isZero();
                    assertThat(answers.add(userData)).isTrue();
                });
            }
        }
        assertThat(answers).hasSizeGreaterThanOrEqualTo(1000);
    }

    @Test
    void aFullQueueRefusesAndForgetsNothing() {
        try (Uring uring = open(4)) {
            for (int i = 0; i < 4; i++) {
                assertThat(uring.prepare(HostSqe.of(HostSqe.OP_NOP, -1), 0, i)).isTrue();
            }
            assertThat(uring.prepare(HostSqe.of(HostSqe.OP_NOP, -1), 0, 4)).isFalse();
            assertThat(uring.submit()).isEqualTo(4);
            assertThat(uring.reap((_, _) -> {})).isEqualTo(4);
        }
    }

    @Test
    void anErrorOfOneSubmissionDoesNotHoldUpTheNext() {
        Set<Integer> results = new HashSet<>();
        try (Uring uring = open(4)) {
            uring.prepare(HostSqe.of(200, -1), 0, 1);
            uring.prepare(HostSqe.of(HostSqe.OP_FSYNC, 100_000), 0, 2);
            uring.prepare(HostSqe.of(HostSqe.OP_NOP, -1), 0, 3);
            assertThat(uring.submit()).isEqualTo(3);
            while (results.size() < 3) {
                uring.await(1_000_000);
                uring.reap((_, result) -> results.add(result));
            }
        }
        assertThat(results).containsExactlyInAnyOrder(-22, -9, 0);
    }

    @Test
    void waitingEndsWithTheTime() {
        try (Uring uring = open(4)) {
            long begin = System.nanoTime();
            uring.await(20_000_000);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
            assertThat(uring.reap((_, _) -> {})).isZero();
        }
    }
}
