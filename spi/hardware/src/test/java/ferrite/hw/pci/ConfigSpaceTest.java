package ferrite.hw.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class ConfigSpaceTest {
    private final MemorySegment bytes = MemorySegment.ofArray(new byte[ConfigSpace.BYTES]);
    private final ConfigSpace config = new ConfigSpace(bytes);

    @Test
    void headerFieldsAreWhereTheSpecificationPutsThem() {
        put(0x00, 0x36, 0x1B, 0x0D, 0x00, 0x06, 0x04, 0x10, 0x00, 0x01, 0x30, 0x03, 0x0C);

        assertThat(config.id()).hasToString("1b36:000d");
        assertThat(config.classCode()).isEqualTo(PciClass.XHCI);
        assertThat(config.command()).isEqualTo(0x0406);
        assertThat(config.revision()).isEqualTo(1);
    }

    @Test
    void loopInTheCapabilityListEndsTheWalk() {
        put(ConfigSpace.STATUS, ConfigSpace.STATUS_CAPABILITIES);
        put(ConfigSpace.CAPABILITIES_POINTER, 0x43);
        put(0x40, 0x12, 0x50);
        put(0x50, 0x13, 0x40);

        assertThat(config.capabilities())
                .containsExactly(
                        new PlacedCapability(0x40, new Capability.Unknown(0x12, 0x50)),
                        new PlacedCapability(0x50, new Capability.Unknown(0x13, 0x40)));
    }

    @Test
    void capabilityThatRunsPastTheEndIsUnknown() {
        put(ConfigSpace.STATUS, ConfigSpace.STATUS_CAPABILITIES);
        put(ConfigSpace.CAPABILITIES_POINTER, 0xFC);
        put(0xFC, 0x11, 0x00);

        assertThat(config.capabilities()).containsExactly(new PlacedCapability(0xFC, new Capability.Unknown(0x11, 0)));
    }

    private void put(int at, int... values) {
        for (int i = 0; i < values.length; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, at + i, (byte) values[i]);
        }
    }
}
