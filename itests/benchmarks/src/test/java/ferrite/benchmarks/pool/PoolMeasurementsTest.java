package ferrite.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.benchmarks.engine.Effort;
import ferrite.benchmarks.engine.Sample;
import ferrite.benchmarks.engine.Subject;
import ferrite.benchmarks.report.Line;
import ferrite.benchmarks.report.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `ferrite bench pool` tells, with subjects that take no time: the lines and their targets, whatever the numbers.
class PoolMeasurementsTest {
    /// One turn of each, however long it takes.
    private static final Effort EFFORT = new Effort(1, 0, 1, 1, Integer.MAX_VALUE);

    /// Ferrite takes 10 ns for an operation, everybody else 40.
    private record Instant(String name) implements Subject {
        @Override
        public Sample measure(Effort effort) {
            return new Sample(List.of(name.equals(PoolPeer.FERRITE.text()) ? 10.0 : 40.0), 0);
        }
    }

    private static List<Line> lines = List.of();

    @BeforeAll
    static void runOnce(@TempDir Path folder) throws IOException {
        lines = new PoolMeasurements(EFFORT, folder, _ -> {}, subject -> new Instant(subject.name())).run();
    }

    private static Tuple line(String peer, double value, double peerValue, Optional<Target> target) {
        return Tuple.tuple(peer, value, peerValue, target);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0;1.5", "1,000;1.5", "10,000;1.5", "100,000;2", "1,000,000;2"})
    void everyNumberOfLiveSlicesHasItsLinesAndTargets(String live, double mimallocMost) {
        String name = "release and acquire, " + live + " live slices";
        assertThat(lines)
                .filteredOn(line -> line.name().equals(name))
                .extracting(Line::peer, Line::value, Line::peerValue, Line::target)
                .containsExactly(
                        line("Netty PooledByteBufAllocator", 100, 25, Optional.of(Target.atLeast(2))),
                        line(
                                "Netty AdaptiveByteBufAllocator, thread caches",
                                100,
                                25,
                                Optional.of(Target.atLeast(1.3))),
                        line("Netty AdaptiveByteBufAllocator, as it comes", 100, 25, Optional.of(Target.atLeast(1.3))),
                        line("mimalloc in C", 10, 40, Optional.of(Target.atMost(mimallocMost))),
                        line("mimalloc from Java", 10, 40, Optional.empty()),
                        line("jemalloc from Java", 10, 40, Optional.empty()),
                        line("glibc malloc from Java", 10, 40, Optional.empty()),
                        line("Arena.ofConfined", 10, 40, Optional.empty()));
        assertThat(lines)
                .filteredOn(line -> line.name().equals(name + ": heap"))
                .extracting(Line::value, Line::target)
                .containsExactly(Tuple.tuple(0.0, Optional.of(Target.atMost(0))));
    }

    @Test
    void theGrowthToAMillionIsSetAgainstTheOneOfMimalloc() {
        assertThat(lines)
                .filteredOn(line -> line.name().equals("cost at 1,000,000 live slices by cost at 1,000"))
                .extracting(Line::peer, Line::value, Line::peerValue, Line::target)
                .containsExactly(line("mimalloc in C", 1, 1, Optional.of(Target.atMost(1))));
    }
}
