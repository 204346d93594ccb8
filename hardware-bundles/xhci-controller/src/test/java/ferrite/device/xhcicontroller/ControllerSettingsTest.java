package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Settings a controller does not start with; each message names the place and what to do.
final class ControllerSettingsTest {
    private static void refused(TestSettings settings, String... words) {
        assertThatThrownBy(() -> ControllerSettings.of(settings))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContainingAll(words);
    }

    @Test
    void fourConnectorsAreTheDefault() {
        assertThat(ControllerSettings.of(TestSettings.of()).connectors()).isEqualTo(4);
    }

    @Test
    void anImpossibleNumberOfPortsIsNamed() {
        refused(TestSettings.of("ports", 0), "test.toml:ports", "is 0", "1..15");
        refused(TestSettings.of("ports", 16), "test.toml:ports", "is 16", "1..15");
    }

    @Test
    void aPortThatIsNotThereIsNamed() {
        refused(
                TestSettings.of("ports", 2, "child", List.of(TestSettings.of("name", "a", "port", 3))),
                "test.toml:port",
                "is 3",
                "1..2");
        refused(TestSettings.of("child", List.of(TestSettings.of("name", "a"))), "test.toml:port", "missing");
    }

    @Test
    void twoDevicesAtOnePortAreNamed() {
        refused(
                TestSettings.of(
                        "child",
                        List.of(TestSettings.of("name", "a", "port", 1), TestSettings.of("name", "b", "port", 1))),
                "test.toml:port",
                "hw.a");
    }

    @Test
    void aDeviceThatIsNotServedStopsTheStart() {
        FakeContext context = new FakeContext("xhci0");
        XhciController controller = new XhciController(
                context,
                TestSettings.of("child", List.of(TestSettings.of("name", "gone", "port", 1))),
                new FakeMemory());

        assertThatThrownBy(controller::start).hasMessageContaining("hw.gone");
    }
}
