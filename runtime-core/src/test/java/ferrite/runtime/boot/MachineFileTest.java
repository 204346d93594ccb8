package ferrite.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineFileTest {
    private static final Path DISK = Path.of("some", "disk.img");

    private static final String WHOLE = """
            [machine]
            name = "test"

            [[device]]
            plugin = "pci-host-bridge"
            name = "bridge0"

            [[device]]
            plugin = "xhci-controller"
            name = "xhci0"
            bus = "bridge0"
            slot = "00:04.0"

            [[device]]
            plugin = "usb-stick"
            name = "stick0"
            bus = "xhci0"
            port = 1
            image = "${disk}"

            [[driver]]
            plugin = "pcid"
            bridge = "bridge0"
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void devicesKeepTheirPlaces() throws IOException {
        MachineFile file = read(WHOLE);

        assertThat(file.name()).isEqualTo("test");
        assertThat(file.devices()).extracting(MachineFile.Device::name).containsExactly("bridge0", "xhci0", "stick0");
        assertThat(file.devices().get(1).busAddress()).contains("0000:00:04.0");
        assertThat(file.devices().get(2).port()).contains(1L);
    }

    @Test
    void childrenOfADeviceAreTheTablesPluggedIntoIt() throws IOException {
        MachineFile file = read(WHOLE);

        assertThat(file.childrenOf(file.devices().get(0)))
                .singleElement()
                .satisfies(child -> assertThat(child.requiredText("slot")).isEqualTo("00:04.0"));
    }

    @Test
    void diskIsPutInPlace() throws IOException {
        assertThat(read(WHOLE).devices().get(2).settings().requiredText("image"))
                .isEqualTo(DISK.toString());
    }

    @Test
    void driverIsNamedAfterItsPlugin() throws IOException {
        assertThat(read(WHOLE).drivers())
                .singleElement()
                .satisfies(driver -> assertThat(driver.instance()).isEqualTo("pcid"));
    }

    @Test
    void syntaxErrorNamesLineAndColumn() {
        refuses("[machine]\nname = \n", ":2:8: ", "Unexpected");
    }

    @Test
    void missingFileIsNamed() {
        assertThatExceptionOfType(BootException.class)
                .isThrownBy(() -> MachineFile.read(folder.resolve("no.toml"), DISK))
                .withMessageContaining("no.toml: no such file");
    }

    @Test
    void unknownSectionNamesTheKnownOnes() {
        refuses(WHOLE + "[[devices]]\nplugin = \"x\"\n", ":24:1: ", "unknown \"devices\"", "[[device]]");
    }

    @Test
    void missingPluginIsNamed() {
        refuses("[machine]\nname = \"x\"\n[[device]]\nname = \"a\"\n", ":4:1: ", "plugin is missing");
    }

    @Test
    void wrongTypeIsNamed() {
        refuses(WHOLE.replace("port = 1", "port = \"one\""), ":18:1: ", "port is not a whole number");
    }

    @Test
    void unknownBusHasASuggestion() {
        refuses(
                WHOLE.replace("bus = \"xhci0\"", "bus = \"xhci1\""),
                ":17:1: ",
                "unknown bus \"xhci1\"",
                "did you mean \"xhci0\"");
    }

    @Test
    void slotUsedTwiceNamesTheFirst() {
        refuses(
                WHOLE.replace("port = 1", "slot = \"00:04.0\"").replace("bus = \"xhci0\"", "bus = \"bridge0\""),
                ":18:1: ",
                "slot 00:04.0 of bridge0 is taken by \"xhci0\"");
    }

    @Test
    void portUsedTwiceNamesTheFirst() {
        refuses(
                WHOLE + "[[device]]\nplugin = \"usb-stick\"\nname = \"stick1\"\nbus = \"xhci0\"\nport = 1\n",
                ":28:1: ",
                "port 1 of xhci0 is taken by \"stick0\"");
    }

    @Test
    void badSlotShowsTheForm() {
        refuses(WHOLE.replace("\"00:04.0\"", "\"4\""), ":12:1: ", "slot \"4\"", "00:04.0");
    }

    @Test
    void portOutOfRangeShowsTheRange() {
        refuses(WHOLE.replace("port = 1", "port = 0"), ":18:1: ", "port 0; expected 1..255");
    }

    @Test
    void busWithoutPlaceIsRefused() {
        refuses(WHOLE.replace("port = 1\n", ""), ":17:1: ", "either slot (on a bridge) or port (on a controller)");
    }

    @Test
    void nameUsedTwiceNamesTheFirst() {
        refuses(WHOLE.replace("\"stick0\"", "\"xhci0\""), ":16:1: ", "name \"xhci0\" is used twice", ":10:1");
    }

    @Test
    void unknownVariableIsRefused() {
        refuses(WHOLE.replace("${disk}", "${disc}"), "unknown ${disc}; expected ${disk}");
    }

    @Test
    void machineWithoutDevicesIsRefused() {
        refuses("[machine]\nname = \"x\"\n", "no [[device]]");
    }

    private MachineFile read(String text) throws IOException {
        return MachineFile.read(Files.writeString(folder.resolve("test.toml"), text), DISK);
    }

    private void refuses(String text, String... words) {
        assertThatExceptionOfType(BootException.class)
                .isThrownBy(() -> read(text))
                .satisfies(e -> assertThat(e.getMessage()).contains("test.toml").contains(words));
    }
}
