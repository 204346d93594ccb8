package ferrite.hw.pci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BarTest {
    @Test
    void sizeIsTheLowestWritableAddressBit() {
        assertThat(Bar.decode(0xFEBF_0000, 0, 0xFFFF_C000, 0)).isEqualTo(new Bar.Memory32(0xFEBF_0000L, 0x4000, false));
        assertThat(Bar.decode(0xC001, 0, 0xFFFF_FFE1, 0)).isEqualTo(new Bar.Io(0xC000, 32));
    }

    @Test
    void sixteenBitIoDecoderHasTheSameSize() {
        assertThat(Bar.decode(0xC001, 0, 0x0000_FFE1, 0)).isEqualTo(new Bar.Io(0xC000, 32));
    }

    @Test
    void memory64TakesTwoRegisters() {
        Bar bar = Bar.decode(0x0000_000C, 0x80, 0x0000_000C, 0xFFFF_FFFC);

        assertThat(bar).isEqualTo(new Bar.Memory64(0x80_0000_0000L, 1L << 34, true));
        assertThat(bar.registers()).isEqualTo(2);
    }

    @Test
    void maskAndRawOfABarDecodeToIt() {
        Bar bar = new Bar.Memory64(0xFE00_0000L, 0x4000, false);

        Bar again = Bar.decode(
                (int) bar.raw(), (int) (bar.raw() >>> 32), (int) bar.sizingMask(), (int) (bar.sizingMask() >>> 32));

        assertThat(bar.sizingMask()).isEqualTo(0xFFFF_FFFF_FFFF_C004L);
        assertThat(again).isEqualTo(bar);
    }

    @Test
    void unwritableRegisterIsNone() {
        assertThat(Bar.decode(0, 0, 0, 0)).isEqualTo(new Bar.None());
    }
}
