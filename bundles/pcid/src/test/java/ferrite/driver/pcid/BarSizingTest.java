package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.testkit.fake.FakeRing;
import org.junit.jupiter.api.Test;

class BarSizingTest {
    private static final PciAddress AT = PciAddress.parse("00:04.0");

    private final FakeBridge bridge = new FakeBridge();
    private final FakeBridge.Function function = bridge.add("00:04.0");
    private final BarSizing sizing = new BarSizing(new ConfigAccess(new FakeRing(1, bridge, () -> {}), 2));

    @Test
    void everyKindIsSized() {
        Bar wide = new Bar.Memory64(0, 64 << 10, false);
        Bar narrow = new Bar.Memory32(0, 4 << 10, true);
        Bar ports = new Bar.Io(0, 32);
        function.bar(0, wide).bar(2, narrow).bar(3, ports);
        assertThat(sizing.bars(AT, 6))
                .containsExactly(wide, new Bar.None(), narrow, ports, new Bar.None(), new Bar.None());
    }

    @Test
    void sizesAboveFourGibibytesUseTheUpperRegister() {
        Bar huge = new Bar.Memory64(0, 1L << 36, true);
        function.bar(4, huge);
        assertThat(sizing.bars(AT, 6)).element(4).isEqualTo(huge);
    }

    @Test
    void a64BitBarInTheLastRegisterIsNone() {
        function.bar(4, new Bar.Memory64(0, 4096, false));
        assertThat(sizing.bars(AT, 5)).hasSize(5).containsOnly(new Bar.None());
    }

    @Test
    void registersAndCommandAreAsBefore() {
        function.bar(0, new Bar.Memory64(0x12_E000_0000L, 1 << 20, false)).command(ConfigSpace.COMMAND_MEMORY | 4);
        sizing.bars(AT, 6);
        assertThat(function.barRegister(0)).isEqualTo(0xE000_0004);
        assertThat(function.barRegister(1)).isEqualTo(0x12);
        assertThat(function.command()).isEqualTo(ConfigSpace.COMMAND_MEMORY | 4);
    }

    @Test
    void nothingIsSizedWhileTheFunctionDecodes() {
        function.bar(0, new Bar.Memory32(0xE000_0000L, 4096, false)).command(ConfigSpace.COMMAND_MEMORY);
        sizing.bars(AT, 6);
        assertThat(function.writesWhileDecoding).isZero();
    }
}
