package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.usb.UsbClass;
import ferrite.testkit.TestSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassDriverTableTest {
    private static String driverOf(UsbClass found, Map<String, Object> entry) {
        return ClassDriverTable.of(TestSettings.of(Map.of("drivers", List.of(TestSettings.of(entry)))))
                .driverOf(found)
                .map(ClassDriverTable.Entry::plugin)
                .orElse("nobody");
    }

    @Test
    void minusOneAndNothingMatchAnything() {
        Map<String, Object> entry = Map.of("class", 8L, "subclass", -1L, "command", List.of("d"));
        assertThat(driverOf(UsbClass.BULK_ONLY_STORAGE, entry)).isEqualTo("d");
        assertThat(driverOf(new UsbClass(3, 0, 0), entry)).isEqualTo("nobody");
    }

    @Test
    void theProtocolCounts() {
        Map<String, Object> entry = Map.of("class", 8L, "subclass", 6L, "protocol", 0x62L, "command", List.of("uas"));
        assertThat(driverOf(UsbClass.BULK_ONLY_STORAGE, entry)).isEqualTo("nobody");
        assertThat(driverOf(new UsbClass(8, 6, 0x62), entry)).isEqualTo("uas");
    }

    @Test
    void mistakesNameTheirPlace() {
        assertThatThrownBy(() -> driverOf(UsbClass.PER_INTERFACE, Map.of("class", 8L)))
                .hasMessageContaining("test.toml:command");
        assertThatThrownBy(() -> driverOf(UsbClass.PER_INTERFACE, Map.of("command", List.of("d"))))
                .hasMessageContaining("class is missing");
        assertThatThrownBy(() -> driverOf(
                        UsbClass.PER_INTERFACE, Map.of("class", 8L, "subclass", 300L, "command", List.of("d"))))
                .hasMessageContaining("300 not in 0..255");
    }
}
