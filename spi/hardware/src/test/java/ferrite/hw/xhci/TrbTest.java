package ferrite.hw.xhci;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class TrbTest {
    private final MemorySegment ring = Arena.ofAuto().allocate(2L * Trb.BYTES, Trb.BYTES);

    @Test
    void cycleBitIsWrittenAndReadBesideTheRecord() {
        Trb link = new Trb.Link(0x1000, 0, Trb.TOGGLE_CYCLE);

        link.encode(ring, Trb.BYTES, true);

        assertThat(Trb.cycle(ring, Trb.BYTES)).isTrue();
        assertThat(Trb.decode(ring, Trb.BYTES)).isEqualTo(link);
        assertThat(Trb.cycle(ring, 0)).isFalse();
    }

    @Test
    void reservedBitsOfAPointerAreDropped() {
        new Trb.Link(0x100F, 0, 0).encode(ring, 0, false);

        assertThat(Trb.decode(ring, 0)).isEqualTo(new Trb.Link(0x1000, 0, 0));
    }

    @Test
    void everyCompletionCodeHasAName() {
        assertThat(CompletionCode.of(30)).isEqualTo(CompletionCode.RESERVED);
        assertThat(CompletionCode.of(223)).isEqualTo(CompletionCode.VENDOR_DEFINED_ERROR);
        assertThat(CompletionCode.of(255)).isEqualTo(CompletionCode.VENDOR_DEFINED_INFO);
        assertThat(CompletionCode.of(36)).isEqualTo(CompletionCode.SPLIT_TRANSACTION);
    }

    @Test
    void parametersOfTheControllerAreUnpacked() {
        int parameters = CapabilityRegisters.hcsparams1(64, 16, 8);

        assertThat(parameters).isEqualTo(0x0800_1040);
        assertThat(CapabilityRegisters.maxInterrupters(parameters)).isEqualTo(16);
        assertThat(CapabilityRegisters.scratchpadBuffers(0x0820_0000)).isEqualTo(33);
        assertThat(PortRegisters.offset(2)).isEqualTo(0x410);
    }

    @Test
    void extendedCapabilitiesAreWalkedInDwords() {
        ExtendedCapability.SupportedProtocol usb2 = ExtendedCapability.SupportedProtocol.usb(4, 2, 1, 4);
        ExtendedCapability.SupportedProtocol usb3 = ExtendedCapability.SupportedProtocol.usb(0, 3, 5, 4);
        MemorySegment memory = Arena.ofAuto().allocate(64);
        usb2.encode(memory, 0x20);
        usb3.encode(memory, 0x30);

        assertThat(ExtendedCapability.decodeAll(memory, 0x20)).containsExactly(usb2, usb3);
        assertThat(usb3.covers(5)).isTrue();
        assertThat(usb3.covers(9)).isFalse();
    }
}
