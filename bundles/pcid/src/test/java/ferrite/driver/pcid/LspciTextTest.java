package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.Capability;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PciClass;
import ferrite.hw.pci.PciId;
import java.util.List;
import org.junit.jupiter.api.Test;

class LspciTextTest {
    private static final PciFunction XHCI = new PciFunction(
            new FunctionConfig(
                    PciAddress.parse("00:04.0"),
                    new PciId(0x1B36, 0x000D),
                    new PciId(0x1AF4, 0x1100),
                    PciClass.XHCI,
                    1,
                    255,
                    1,
                    List.of(
                            new Bar.Memory64(0xE000_0000L, 16 << 10, false),
                            new Bar.None(),
                            new Bar.Memory32(0xE010_0000L, 1 << 20, true),
                            new Bar.None(),
                            new Bar.None(),
                            new Bar.None())),
            "xhcid");

    @Test
    void aLineLooksLikeLspci() {
        assertThat(LspciText.line(XHCI))
                .isEqualTo("00:04.0 USB controller [0c03]: Device [1b36:000d] (rev 01) (prog-if 30 [XHCI])\n");
    }

    @Test
    void aParagraphLooksLikeLspciV() {
        FakeBridge.Function space = new FakeBridge.Function()
                .command(ConfigSpace.COMMAND_MEMORY | ConfigSpace.COMMAND_BUS_MASTER)
                .capability(0x90, new Capability.Msix(0xA0, 15 | Capability.Msix.CONTROL_ENABLE, 0x3000, 0x3800))
                .capability(0xA0, new Capability.Pcie(0x48, 0x92, 0, 0, 0, 0, 0, 0))
                .capability(0x48, new Capability.Unknown(0x12, 0));
        assertThat(LspciText.paragraph(XHCI, new ConfigSpace(space.space))).isEqualTo("""
            00:04.0 USB controller [0c03]: Device [1b36:000d] (rev 01) (prog-if 30 [XHCI])
            \tSubsystem: Device [1af4:1100]
            \tFlags: bus master, fast devsel, latency 0
            \tMemory at e0000000 (64-bit, non-prefetchable) [size=16K]
            \tMemory at e0100000 (32-bit, prefetchable) [size=1M]
            \tCapabilities: [90] MSI-X: Enable+ Count=16 Masked-
            \tCapabilities: [a0] Express Root Complex Integrated Endpoint, MSI 00
            \tCapabilities: [48] #12
            \tKernel driver in use: xhcid

            """);
    }
}
