package ferrite.hw.usb;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.Octets;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class UsbDescriptorTest {
    @Test
    void superSpeedStickConfigurationIsSixDescriptors() {
        MemorySegment blob = bytes("09022c00010100c032" + "090400000208065000" + "07058102000400" + "06300f000000"
                + "07050202000400" + "06300f000000");

        assertThat(UsbDescriptor.decodeAll(blob, 0, blob.byteSize()))
                .containsExactly(
                        new UsbDescriptor.Configuration(44, 1, 1, 0, 0xC0, 50),
                        new UsbDescriptor.Interface(0, 0, 2, UsbClass.BULK_ONLY_STORAGE, 0),
                        new UsbDescriptor.Endpoint(new EndpointAddress(1, true), 2, 1024, 0),
                        new UsbDescriptor.SuperSpeedEndpointCompanion(15, 0, 0),
                        new UsbDescriptor.Endpoint(new EndpointAddress(2, false), 2, 1024, 0),
                        new UsbDescriptor.SuperSpeedEndpointCompanion(15, 0, 0));
    }

    @Test
    void lengthZeroEndsTheWalk() {
        MemorySegment blob = bytes("06300f000000" + "0005ff");

        assertThat(UsbDescriptor.decodeAll(blob, 0, blob.byteSize()))
                .containsExactly(
                        new UsbDescriptor.SuperSpeedEndpointCompanion(15, 0, 0),
                        new UsbDescriptor.Unknown(5, Octets.of((byte) 0xFF)));
    }

    @Test
    void truncatedDescriptorIsUnknown() {
        MemorySegment blob = bytes("07058102");

        assertThat(UsbDescriptor.decodeAll(blob, 0, blob.byteSize()))
                .containsExactly(new UsbDescriptor.Unknown(5, Octets.of((byte) 0x81, (byte) 0x02)));
    }

    @Test
    void stringZeroIsATableOfLanguages() {
        assertThat(UsbDescriptor.decodeStringTable(bytes("04030904"), 0, 4).languages())
                .containsExactly(UsbDescriptor.StringTable.ENGLISH_US);
    }

    @Test
    void contextIndexIsTwiceTheNumberPlusDirection() {
        assertThat(EndpointAddress.of(0x81).dci()).isEqualTo(3);
        assertThat(EndpointAddress.of(0x02).dci()).isEqualTo(4);
        assertThat(EndpointAddress.of(0x80).dci()).isEqualTo(1);
        assertThat(EndpointAddress.ofDci(31)).isEqualTo(new EndpointAddress(15, true));
    }

    private static MemorySegment bytes(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex));
    }
}
