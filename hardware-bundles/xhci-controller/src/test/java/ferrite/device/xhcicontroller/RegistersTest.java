package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.PortRegisters;
import ferrite.hw.xhci.Trb;
import org.junit.jupiter.api.Test;

/// xHCI 1.2 chapter 5, §4.2, §4.19 and chapter 7.
final class RegistersTest {
    @Test
    void capabilityRegistersTellWhatThereIs() {
        ControllerRig rig = new ControllerRig();
        rig.map();

        assertThat(rig.read(0x00)).isEqualTo(0x0120_0040);
        assertThat(rig.read(0x04)).isEqualTo(0x0800_0440); // 8 ports, 4 interrupters, 64 slots
        assertThat(rig.read(0x08)).isEqualTo(0x0000_0040); // 16 event ring segments, no scratchpads
        assertThat(rig.read(0x10)).isEqualTo(0x0008_0001); // extended capabilities at 0x20, 64-bit addresses
        assertThat(rig.read(0x14)).isEqualTo(0x2000);
        assertThat(rig.read(0x18)).isEqualTo(0x1000);
    }

    @Test
    void extendedCapabilitiesGiveTheFirstPortsToUsb3() {
        ControllerRig rig = new ControllerRig();
        rig.map();

        assertThat(rig.read(0x20)).isEqualTo(0x0300_0402);
        assertThat(rig.read(0x24)).isEqualTo(0x2042_5355);
        assertThat(rig.read(0x28)).isEqualTo(0x0000_0401);
        assertThat(rig.read(0x30)).isEqualTo(0x0200_0002);
        assertThat(rig.read(0x38)).isEqualTo(0x0000_0405);
    }

    @Test
    void narrowReadsGiveTheirPartAndNarrowWritesAreDropped() {
        ControllerRig rig = new ControllerRig();
        rig.map();

        assertThat(rig.access(PciBusOperation.MEMORY_READ, 2, 2, 0).extra()).isEqualTo(0x0120);
        assertThat(rig.access(PciBusOperation.MEMORY_READ, 0, 1, 0).extra()).isEqualTo(0x40);
        assertThat(rig.access(PciBusOperation.MEMORY_READ, 0x10, 8, 0).extra()).isEqualTo(0x2000_0008_0001L);
        rig.access(PciBusOperation.MEMORY_WRITE, 0x40, 1, 1);
        assertThat(rig.operational(OperationalRegisters.USBSTS) & 1).isEqualTo(1);
    }

    @Test
    void theControllerRunsHaltsAndResets() {
        ControllerRig rig = ControllerRig.running();
        assertThat(rig.operational(OperationalRegisters.USBSTS) & 1).isZero();

        rig.write(0x40, 0);
        assertThat(rig.operational(OperationalRegisters.USBSTS) & 1).isEqualTo(1);

        rig.write(0x40, OperationalRegisters.USBCMD_RESET);
        assertThat(rig.operational(OperationalRegisters.USBCMD)).isZero();
        assertThat(rig.operational(OperationalRegisters.USBSTS)).isEqualTo(1);
        assertThat(rig.operational(OperationalRegisters.CONFIG)).isZero();
        assertThat(rig.operational(OperationalRegisters.DCBAAP)).isZero();
    }

    @Test
    void aResetWaitsForPacketsThatAreWithTheDevice() {
        DriverRing[] bulk = new DriverRing[2];
        ControllerRig rig = ControllerRig.configured(bulk);
        bulk[0].put(ControllerRig.normal(rig.memory().allocate(64), 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);
        assertThat(rig.device().waiting()).isEqualTo(1);

        rig.write(0x40, OperationalRegisters.USBCMD_RESET);

        assertThat(rig.device().waiting()).isZero();
        assertThat(rig.operational(OperationalRegisters.USBCMD)).isZero();
    }

    @Test
    void aSuperSpeedDeviceIsEnabledByItself() {
        ControllerRig rig = new ControllerRig();
        rig.map();

        assertThat(rig.portsc(1))
                .isEqualTo(PortRegisters.PORTSC_CONNECTED
                        | PortRegisters.PORTSC_ENABLED
                        | PortRegisters.PORTSC_POWER
                        | 4 << PortRegisters.PORTSC_SPEED_SHIFT
                        | PortRegisters.PORTSC_CONNECT_CHANGE);
        assertThat(PortRegisters.linkState(rig.portsc(2))).isEqualTo(PortRegisters.LINK_RX_DETECT);
    }

    @Test
    void aHighSpeedDeviceIsAtTheSecondHalfOfThePortsAndWaitsForAReset() {
        ControllerRig rig = new ControllerRig(3, 1);
        rig.begin();
        assertThat(PortRegisters.linkState(rig.portsc(5))).isEqualTo(PortRegisters.LINK_POLLING);
        assertThat(rig.portsc(5) & PortRegisters.PORTSC_ENABLED).isZero();
        rig.portsc(5, PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_CONNECT_CHANGE);
        rig.events();

        rig.portsc(5, PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_RESET);

        assertThat(rig.device().resets()).isEqualTo(1);
        assertThat(rig.portsc(5) & PortRegisters.PORTSC_ENABLED).isNotZero();
        assertThat(rig.portsc(5) & PortRegisters.PORTSC_RESET_CHANGE).isNotZero();
        assertThat(rig.events()).containsExactly(new Trb.PortStatusChangeEvent(5, CompletionCode.SUCCESS));
    }

    @Test
    void changesUntilTheStartAreReportedAtTheStart() {
        ControllerRig rig = new ControllerRig();
        rig.begin();

        assertThat(rig.events()).containsExactly(new Trb.PortStatusChangeEvent(1, CompletionCode.SUCCESS));
        assertThat(rig.operational(OperationalRegisters.USBSTS) & OperationalRegisters.USBSTS_PORT_CHANGE)
                .isNotZero();
    }

    @Test
    void aWarmResetOfASuperSpeedPortSetsBothChanges() {
        ControllerRig rig = ControllerRig.running();
        rig.portsc(1, PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_CHANGES);

        rig.portsc(1, PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_WARM_RESET);

        int both = PortRegisters.PORTSC_RESET_CHANGE | PortRegisters.PORTSC_WARM_RESET_CHANGE;
        assertThat(rig.portsc(1) & PortRegisters.PORTSC_CHANGES).isEqualTo(both);
    }

    @Test
    void writingOneToEnabledDisablesThePort() {
        ControllerRig rig = ControllerRig.running();

        rig.portsc(1, PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_ENABLED);

        assertThat(rig.portsc(1) & PortRegisters.PORTSC_ENABLED).isZero();
        assertThat(PortRegisters.linkState(rig.portsc(1))).isEqualTo(PortRegisters.LINK_DISABLED);
    }

    @Test
    void aDeviceThatIsGoneIsADisconnect() {
        ControllerRig rig = ControllerRig.running();
        rig.portsc(1, PortRegisters.PORTSC_POWER | PortRegisters.PORTSC_CHANGES);

        rig.context().rings().getFirst().breakDown();
        rig.controller().poll(1);

        assertThat(rig.portsc(1) & PortRegisters.PORTSC_CONNECTED).isZero();
        assertThat(rig.events()).containsExactly(new Trb.PortStatusChangeEvent(1, CompletionCode.SUCCESS));
    }

    @Test
    void packetsAtADeviceThatIsGoneAreTransactionErrors() {
        DriverRing[] bulk = new DriverRing[2];
        ControllerRig rig = ControllerRig.configured(bulk);
        long buffer = rig.memory().allocate(256);
        for (int i = 0; i < 3; i++) {
            bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        }
        bulk[1].put(ControllerRig.normal(buffer, 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);

        rig.context().rings().getFirst().breakDown();
        rig.controller().poll(1);
        rig.doorbell(1, ControllerRig.BULK_OUT);

        assertThat(rig.events())
                .filteredOn(Trb.TransferEvent.class::isInstance)
                .extracting(event -> ((Trb.TransferEvent) event).code())
                .containsExactly(CompletionCode.USB_TRANSACTION_ERROR, CompletionCode.USB_TRANSACTION_ERROR);
        assertThat(rig.code(new Trb.ResetEndpoint(1, ControllerRig.BULK_IN, false)))
                .isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.code(new Trb.DisableSlot(1))).isEqualTo(CompletionCode.SUCCESS);
    }

    @Test
    void theMicroframeIndexCountsMicroframes() {
        ControllerRig rig = ControllerRig.running();
        rig.context().passTime(125_000L * 0x4005);

        assertThat(rig.read(ControllerRig.RUNTIME)).isEqualTo(5);
    }
}
