package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PciClass;
import ferrite.hw.pci.PciId;
import ferrite.spi.error.SchemeException;
import ferrite.testkit.TestSettings;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriverTableTest {
    private static PciFunction function(PciClass code, int vendor, int device) {
        return new PciFunction(
                new FunctionConfig(
                        new PciAddress(0, 0, 4, 0),
                        new PciId(vendor, device),
                        new PciId(0, 0),
                        code,
                        0,
                        0,
                        0,
                        Collections.nCopies(Bar.COUNT, new Bar.None())),
                "");
    }

    private static final PciFunction XHCI = function(PciClass.XHCI, 0x1B36, 0x000D);

    private static TestSettings entry(String plugin, Map<String, Object> keys) {
        Map<String, Object> all = new HashMap<>(keys);
        all.put("command", List.of(plugin));
        return TestSettings.of(all);
    }

    private static String driverOf(PciFunction function, TestSettings... entries) {
        return DriverTable.of(TestSettings.of(Map.of("drivers", List.of(entries))))
                .driverOf(function)
                .map(DriverEntry::plugin)
                .orElse("nobody");
    }

    @Test
    void unsetKeysMatchAnything() {
        assertThat(driverOf(XHCI, entry("any", Map.of()))).isEqualTo("any");
    }

    @Test
    void everySetKeyMustMatch() {
        assertThat(driverOf(XHCI, entry("d", Map.of("class", 12L, "subclass", 3L, "interface", 0x30L))))
                .isEqualTo("d");
        assertThat(driverOf(XHCI, entry("d", Map.of("class", 12L, "subclass", 3L, "interface", 0x20L))))
                .isEqualTo("nobody");
        assertThat(driverOf(XHCI, entry("d", Map.of("vendor", 0x1B36L, "device", 0x10L))))
                .isEqualTo("nobody");
        assertThat(driverOf(XHCI, entry("d", Map.of("vendor", 0x1B36L)))).isEqualTo("d");
    }

    @Test
    void idsOverrideVendorAndDevice() {
        TestSettings ids = TestSettings.of(Map.of("0x1b36", List.of(0x0DL, 0x0EL), "80ee", List.of()));
        TestSettings entry = entry("d", Map.of("ids", ids, "vendor", 1L, "device", 1L));
        assertThat(driverOf(XHCI, entry)).isEqualTo("d");
        assertThat(driverOf(function(PciClass.NVME, 0x80EE, 0x1234), entry)).isEqualTo("d");
        assertThat(driverOf(function(PciClass.NVME, 0x1B36, 0x10), entry)).isEqualTo("nobody");
    }

    @Test
    void theDeviceRangeEndsBeforeItsEnd() {
        TestSettings entry =
                entry("d", Map.of("device_id_range", TestSettings.of(Map.of("start", 0x0DL, "end", 0x0EL))));
        assertThat(driverOf(XHCI, entry)).isEqualTo("d");
        assertThat(driverOf(function(PciClass.XHCI, 0x1B36, 0x0E), entry)).isEqualTo("nobody");
    }

    @Test
    void theFirstMatchDrives() {
        assertThat(driverOf(XHCI, entry("first", Map.of("class", 12L)), entry("second", Map.of())))
                .isEqualTo("first");
    }

    @Test
    void useChannelIsAccepted() {
        assertThat(driverOf(XHCI, entry("d", Map.of("use_channel", true)))).isEqualTo("d");
    }

    @Test
    void mistakesNameTheirPlace() {
        assertThatThrownBy(() -> driverOf(XHCI, TestSettings.of(Map.of("class", 12L))))
                .isInstanceOf(SchemeException.class)
                .hasMessageContaining("test.toml:command");
        assertThatThrownBy(() -> driverOf(XHCI, entry("d", Map.of("class", 256L))))
                .hasMessageContaining("test.toml:class: class 256 not in 0..255");
        assertThatThrownBy(() -> driverOf(XHCI, entry("d", Map.of("ids", TestSettings.of(Map.of("zz", List.of()))))))
                .hasMessageContaining("not hexadecimal");
        assertThatThrownBy(() -> driverOf(XHCI, TestSettings.of(Map.of("command", List.of("d", "$BUS")))))
                .hasMessageContaining("$BUS");
    }
}
