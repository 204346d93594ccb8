package ferrite.hw.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PciAddressTest {
    @Test
    void printedFormIsParsedBack() {
        assertThat(PciAddress.parse("0001:3f:1f.7")).isEqualTo(new PciAddress(1, 0x3F, 0x1F, 7));
        assertThat(new PciAddress(0, 0, 4, 0)).hasToString("0000:00:04.0");
        assertThat(PciAddress.parse("00:04.0")).isEqualTo(new PciAddress(0, 0, 4, 0));
    }

    @Test
    void ecamOffsetIsBusDeviceFunction() {
        PciAddress address = new PciAddress(2, 1, 2, 3);

        assertThat(address.ecamOffset()).isEqualTo(0x0011_3000L);
        assertThat(PciAddress.fromEcam(2, 0x0011_3FFFL)).isEqualTo(address);
    }

    @Test
    void deviceAbove31IsRefused() {
        assertThatThrownBy(() -> PciAddress.parse("00:20.0")).isInstanceOf(IllegalArgumentException.class);
    }
}
