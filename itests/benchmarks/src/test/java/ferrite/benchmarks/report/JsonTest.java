package ferrite.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static Line line(double value, double peerValue, Optional<Target> target) {
        return new Line("entry", value, "ns", "C \"ring\"", peerValue, 0, Double.NaN, target);
    }

    @Test
    void aLineIsAnObjectWithEightKeys() {
        assertThat(Json.of(List.of(line(12.3456, 10, Optional.of(Target.atMost(1.25))))))
                .isEqualTo("""
                        [
                          {"name": "entry", "value": 12.35, "unit": "ns", "peer": "C \\"ring\\"", "peerValue": 10, \
                        "ratio": 1.235, "target": 1.25, "met": true}
                        ]""");
    }

    @Test
    void withoutATargetTargetAndMetAreNull() {
        assertThat(Json.of(List.of(line(1, 2, Optional.empty())))).contains("\"target\": null, \"met\": null");
    }

    @Test
    void aPeerThatWasNotMeasuredHasNoValueAndNoVerdict() {
        assertThat(Json.of(List.of(line(1, Double.NaN, Optional.of(Target.atMost(1))))))
                .contains("\"peerValue\": null, \"ratio\": null, \"target\": 1, \"met\": null");
    }

    @Test
    void aRateIsMetFromItsTargetUp() {
        assertThat(line(4, 1, Optional.of(Target.atLeast(4))).met()).contains(true);
        assertThat(line(3.9, 1, Optional.of(Target.atLeast(4))).met()).contains(false);
    }

    @Test
    void aLineWithoutAPeerIsJudgedByItsValue() {
        assertThat(Line.alone("heap", 0, "B/op", Target.atMost(0)).met()).contains(true);
        assertThat(Line.alone("heap", 0.5, "B/op", Target.atMost(0)).met()).contains(false);
    }
}
