package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Settings a controller does not start with; each message names the place and what to do.
final class ControllerSettingsTest {
    private static void refused(FakeSettings settings, String... words) {
        assertThatThrownBy(() -> ControllerSettings.of(settings))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContainingAll(words);
    }

    @Test
    void fourConnectorsAreTheDefault() {
        assertThat(ControllerSettings.of(FakeSettings.of()).connectors()).isEqualTo(4);
    }

    @Test
    void anImpossibleNumberOfPortsIsNamed() {
        refused(FakeSettings.of("ports", 0), "test.toml:ports", "is 0", "1..15");
        refused(FakeSettings.of("ports", 16), "test.toml:ports", "is 16", "1..15");
    }

    @Test
    void aPortThatIsNotThereIsNamed() {
        refused(
                FakeSettings.of("ports", 2, "child", List.of(FakeSettings.of("name", "a", "port", 3))),
                "test.toml:port",
                "is 3",
                "1..2");
        refused(FakeSettings.of("child", List.of(FakeSettings.of("name", "a"))), "test.toml:port", "missing");
    }

    @Test
    void twoDevicesAtOnePortAreNamed() {
        refused(
                FakeSettings.of(
                        "child",
                        List.of(FakeSettings.of("name", "a", "port", 1), FakeSettings.of("name", "b", "port", 1))),
                "test.toml:port",
                "hw.a");
    }

    @Test
    void aDeviceThatIsNotServedStopsTheStart() {
        FakeContext context = new FakeContext("xhci0");
        XhciController controller = new XhciController(
                context,
                FakeSettings.of("child", List.of(FakeSettings.of("name", "gone", "port", 1))),
                new FakeMemory());

        assertThatThrownBy(controller::start).hasMessageContaining("hw.gone");
    }
}
