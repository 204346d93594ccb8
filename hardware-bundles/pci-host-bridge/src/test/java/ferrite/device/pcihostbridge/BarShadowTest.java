package ferrite.device.pcihostbridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// PCI 3.0 §6.2.5.1: BARs of all forms, written in all widths.
final class BarShadowTest {
    private final BarShadow shadow = new BarShadow();

    private void sized() {
        shadow.sized(0, 0x0000_0000, 0xFFFF_F000); // 32-bit, 4 KiB
        shadow.sized(1, 0x0000_0001, 0xFFFF_FFE1); // I/O, 32 ports
        shadow.sized(2, 0x0000_000C, 0xFFF0_000C); // 64-bit, prefetchable, 1 MiB
        shadow.sized(3, 0x0000_0000, 0xFFFF_FFFF);
        shadow.command(2);
    }

    @Test
    void memoryBarsOfBothWidthsAreSeenAndPortsAreNot() {
        sized();
        shadow.written(0x10, 4, 0xE000_0FFFL);
        shadow.written(0x14, 4, 0xC001);
        shadow.written(0x18, 4, 0x8000_0000L);
        shadow.written(0x1C, 4, 0x12);

        assertThat(shadow.windows())
                .containsExactly(new MemoryWindow(0xE000_0000L, 0x1000), new MemoryWindow(0x12_8000_0000L, 0x10_0000));
    }

    @Test
    void singleBytesMoveABar() {
        sized();
        shadow.written(0x13, 1, 0xE0);
        shadow.written(0x12, 1, 0x12);

        assertThat(shadow.windows().getFirst()).isEqualTo(new MemoryWindow(0xE012_0000L, 0x1000));
    }

    @Test
    void nothingIsSeenWhileTheFunctionDoesNotDecode() {
        sized();
        shadow.written(0x04, 2, 0);

        assertThat(shadow.windows()).isEmpty();
    }

    @Test
    void onlyCommandAndBarsAreWatched() {
        assertThat(BarShadow.isWatched(0x04)).isTrue();
        assertThat(BarShadow.isWatched(0x27)).isTrue();
        assertThat(BarShadow.isWatched(0x28)).isFalse();
        assertThat(BarShadow.isWatched(0x06)).isFalse();
    }
}
