package ferrite.runtime.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AgesTest {
    @Test
    void anAgeHasTwoUnitsAtMost() {
        assertThat(readable(Duration.ofNanos(0))).isEqualTo("0 µs");
        assertThat(readable(Duration.ofNanos(999_999))).isEqualTo("999 µs");
        assertThat(readable(Duration.ofMillis(412))).isEqualTo("412 ms");
        assertThat(readable(Duration.ofMillis(3_456))).isEqualTo("3.4 s");
        assertThat(readable(Duration.ofSeconds(725))).isEqualTo("12 min 5 s");
        assertThat(readable(Duration.ofMinutes(192))).isEqualTo("3 h 12 min");
        assertThat(readable(Duration.ofHours(51))).isEqualTo("2 d 3 h");
    }

    private static String readable(Duration age) {
        return Ages.readable(age.toNanos());
    }
}
