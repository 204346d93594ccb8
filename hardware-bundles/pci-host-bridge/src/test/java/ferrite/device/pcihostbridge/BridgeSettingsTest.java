package ferrite.device.pcihostbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.testkit.TestSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings a bridge does not start with; each message names the place and what to do.
final class BridgeSettingsTest {
    private static void refused(TestSettings settings, String... words) {
        assertThatThrownBy(() -> BridgeSettings.of(settings))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContainingAll(words);
    }

    private static TestSettings child(String slot) {
        return TestSettings.of("name", "a", "slot", slot);
    }

    @Test
    void theDefaultWindowIsBelowFourGibibytes() {
        assertThat(BridgeSettings.of(TestSettings.of()).window())
                .isEqualTo(new MemoryWindow(0xE000_0000L, 0x1000_0000L));
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense, write BUS:DEVICE.FUNCTION",
        "00:20.0, write BUS:DEVICE.FUNCTION",
        "01:04.0, only bus 00",
        "0001:00:04.0, only bus 00",
        "00:00.0, the bridge itself",
        "00:00.1, the bridge itself",
    })
    void badSlotsAreNamedWithTheirPlace(String slot, String message) {
        refused(TestSettings.of("child", List.of(child(slot))), "test.toml:slot", slot, message);
    }

    @Test
    void twoChildrenInOneSlotAreNamed() {
        refused(
                TestSettings.of("child", List.of(child("00:04.0"), child("0000:00:04.0"))),
                "test.toml:slot",
                "0000:00:04.0",
                "hw.a");
    }

    @ParameterizedTest
    @CsvSource({"memory_base, 4096", "memory_base, -1048576", "memory_size, 0", "memory_size, 5"})
    void badWindowsAreNamedWithTheirPlace(String key, long value) {
        refused(TestSettings.of(key, value), "test.toml:" + key);
    }
}
