package ferrite.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearMatchTest {
    private static final List<String> NAMES = List.of("pcid", "xhcid", "usb.pci-00.04.00_xhci");

    @Test
    void oneWrongLetterIsNear() {
        assertThat(NearMatch.of("xhdid", NAMES)).contains("xhcid");
    }

    @Test
    void beginningIsNear() {
        assertThat(NearMatch.of("usb.pci", NAMES)).contains("usb.pci-00.04.00_xhci");
    }

    @Test
    void somethingElseIsNotNear() {
        assertThat(NearMatch.of("keyboard", NAMES)).isEmpty();
    }

    @Test
    void hintIsEmptyIfNothingIsNear() {
        assertThat(NearMatch.hint("keyboard", NAMES)).isEmpty();
    }
}
