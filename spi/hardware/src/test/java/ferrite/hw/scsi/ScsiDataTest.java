package ferrite.hw.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class ScsiDataTest {
    private final MemorySegment segment = MemorySegment.ofArray(new byte[CapacityData.BYTES_16]);

    @Test
    void lastBlockThatDoesNotFitIsSaturated() {
        CapacityData large = CapacityData.ofBlocks(1L << 33, 512);

        large.encode10(segment, 0);

        assertThat(CapacityData.decode10(segment, 0).isSaturated()).isTrue();
        assertThat(CapacityData.decode10(segment, 0).lastBlock()).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void commandShorterThanItsOpcodeAsksForIsUnknown() {
        new Cdb.Read10(1, 1, 0).encode(segment, 0);

        assertThat(Cdb.decode(segment, 0, 9)).isEqualTo(new Cdb.Unknown(0x28));
        assertThat(Cdb.decode(segment, 0, 0)).isEqualTo(new Cdb.Unknown(0));
    }

    @Test
    void otherServiceActionOf9eIsUnknown() {
        segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x9E);
        segment.set(ValueLayout.JAVA_BYTE, 1, (byte) 0x12);

        assertThat(Cdb.decode(segment, 0, 16)).isEqualTo(new Cdb.Unknown(0x9E));
    }

    @Test
    void additionalSenseIsFoundByItsPair() {
        assertThat(AdditionalSense.of(0x3A, 0)).contains(AdditionalSense.MEDIUM_NOT_PRESENT);
        assertThat(AdditionalSense.of(0x3A, 0x77)).isEmpty();
    }
}
