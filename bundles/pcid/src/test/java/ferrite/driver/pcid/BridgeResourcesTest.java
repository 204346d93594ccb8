package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.driver.pcid.BridgeResources.Window;
import ferrite.spi.error.SchemeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeResourcesTest {
    @Test
    void windowsAndBusesAreReadAndOtherLinesSkipped() {
        assertThat(BridgeResources.parse("memory 0xe0000000 0x100000\nio 0x0 0x100\nbuses 0x0 0xff\n"))
                .isEqualTo(new BridgeResources(List.of(new Window(0xE000_0000L, 0x10_0000L)), 0, 255));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory",
                "memory 0x10",
                "memory 0x10 0x0",
                "memory x y",
                "memory 0x7fffffffffffffff 0x10",
                "buses 0x0 0x100",
                "buses 0x5 0x4",
                "buses -1 3"
            })
    void nonsenseIsABadMessage(String text) {
        assertThatThrownBy(() -> BridgeResources.parse(text))
                .isInstanceOf(SchemeException.class)
                .hasMessageContaining("EBADMSG");
    }
}
