package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.EndpointType;
import ferrite.hw.xhci.InputControlContext;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.SlotState;
import ferrite.hw.xhci.Trb;
import org.junit.jupiter.api.Test;

/// xHCI 1.2 §4.5, §4.6, §4.8.3: commands and the states of slots and endpoints.
final class CommandRingTest {
    private final ControllerRig rig = ControllerRig.running();

    @Test
    void aNoOpCommandSucceeds() {
        assertThat(rig.command(new Trb.NoOpCommand()).code()).isEqualTo(CompletionCode.SUCCESS);
    }

    @Test
    void theRingGoesRoundItsLinkManyTimes() {
        for (int i = 0; i < 5 * DriverRing.TRBS; i++) {
            assertThat(rig.code(new Trb.NoOpCommand())).isEqualTo(CompletionCode.SUCCESS);
        }
    }

    @Test
    void commandsAreCompletedInTheirOrder() {
        long first = rig.commands().put(new Trb.NoOpCommand());
        long second = rig.commands().put(new Trb.EnableSlot(0));
        rig.doorbell(0, 0);

        assertThat(rig.events())
                .containsExactly(
                        new Trb.CommandCompletionEvent(first, 0, CompletionCode.SUCCESS, 0, 0),
                        new Trb.CommandCompletionEvent(second, 0, CompletionCode.SUCCESS, 0, 1));
    }

    @Test
    void anUnknownTypeIsATrbError() {
        assertThat(rig.code(new Trb.Unknown(22))).isEqualTo(CompletionCode.TRB_ERROR);
        assertThat(rig.code(new Trb.Normal(0, 0, 0, 0, 0))).isEqualTo(CompletionCode.TRB_ERROR);
    }

    @Test
    void commandsForADisabledSlotAreRefused() {
        assertThat(rig.code(new Trb.DisableSlot(1))).isEqualTo(CompletionCode.SLOT_NOT_ENABLED);
        assertThat(rig.code(new Trb.StopEndpoint(1, 1, false))).isEqualTo(CompletionCode.SLOT_NOT_ENABLED);
        assertThat(rig.code(new Trb.AddressDevice(rig.input(), 200, false))).isEqualTo(CompletionCode.SLOT_NOT_ENABLED);
    }

    @Test
    void slotsRunOut() {
        for (int slot = 1; slot <= 64; slot++) {
            assertThat(rig.command(new Trb.EnableSlot(0)).slot()).isEqualTo(slot);
        }
        assertThat(rig.code(new Trb.EnableSlot(0))).isEqualTo(CompletionCode.NO_SLOTS_AVAILABLE);

        assertThat(rig.code(new Trb.DisableSlot(7))).isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.command(new Trb.EnableSlot(0)).slot()).isEqualTo(7);
    }

    @Test
    void addressDeviceFillsTheOutputContext() {
        rig.command(new Trb.EnableSlot(0));
        DriverRing ring = new DriverRing(rig.memory());

        assertThat(rig.address(ring, false)).isEqualTo(CompletionCode.SUCCESS);

        assertThat(rig.slotContext())
                .extracting(SlotContext::state, SlotContext::deviceAddress, SlotContext::rootHubPort)
                .containsExactly(SlotState.ADDRESSED, 1, 1);
        assertThat(rig.endpointContext(1))
                .extracting(EndpointContext::state, EndpointContext::dequeue, EndpointContext::dequeueCycle)
                .containsExactly(EndpointState.RUNNING, ring.base(), true);
    }

    @Test
    void addressDeviceWithoutSettingAnAddressLeadsToDefault() {
        rig.command(new Trb.EnableSlot(0));
        DriverRing ring = new DriverRing(rig.memory());

        assertThat(rig.address(ring, true)).isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.slotContext().state()).isEqualTo(SlotState.DEFAULT);
        assertThat(rig.slotContext().deviceAddress()).isZero();
        assertThat(rig.address(ring, true)).isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
        assertThat(rig.address(ring, false)).isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.slotContext().state()).isEqualTo(SlotState.ADDRESSED);
    }

    @Test
    void addressDeviceWithABadContextIsAParameterError() {
        rig.command(new Trb.EnableSlot(0));
        rig.fillAddress(rig.memory().allocate(16), 1);
        InputControlContext.of(0, 1).encode(rig.inputPiece(0), 0);
        assertThat(rig.code(new Trb.AddressDevice(rig.input(), 1, false))).isEqualTo(CompletionCode.PARAMETER_ERROR);

        rig.fillAddress(rig.memory().allocate(16), 99);
        assertThat(rig.code(new Trb.AddressDevice(rig.input(), 1, false))).isEqualTo(CompletionCode.PARAMETER_ERROR);
    }

    @Test
    void addressDeviceAtAnEmptyPortIsATransactionError() {
        rig.command(new Trb.EnableSlot(0));
        rig.fillAddress(rig.memory().allocate(16), 2);

        assertThat(rig.code(new Trb.AddressDevice(rig.input(), 1, false)))
                .isEqualTo(CompletionCode.USB_TRANSACTION_ERROR);
    }

    @Test
    void configureEndpointNeedsAnAddress() {
        rig.command(new Trb.EnableSlot(0));

        assertThat(rig.configure(rig.memory().allocate(16), rig.memory().allocate(16)))
                .isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
    }

    @Test
    void configureEndpointAddsDropsAndDeconfigures() {
        ControllerRig configured = ControllerRig.configured(new DriverRing[2]);
        assertThat(configured.slotContext())
                .extracting(SlotContext::state, SlotContext::contextEntries)
                .containsExactly(SlotState.CONFIGURED, 4);
        assertThat(configured.state(ControllerRig.BULK_IN)).isEqualTo(EndpointState.RUNNING);

        InputControlContext.of(1 << ControllerRig.BULK_OUT, 1).encode(configured.inputPiece(0), 0);
        assertThat(configured.code(new Trb.ConfigureEndpoint(configured.input(), 1, false)))
                .isEqualTo(CompletionCode.SUCCESS);
        assertThat(configured.state(ControllerRig.BULK_OUT)).isEqualTo(EndpointState.DISABLED);
        assertThat(configured.slotContext().contextEntries()).isEqualTo(3);

        assertThat(configured.code(new Trb.ConfigureEndpoint(0, 1, true))).isEqualTo(CompletionCode.SUCCESS);
        assertThat(configured.state(ControllerRig.BULK_IN)).isEqualTo(EndpointState.DISABLED);
        assertThat(configured.slotContext().state()).isEqualTo(SlotState.ADDRESSED);
    }

    @Test
    void endpointsTheControllerCannotDoAreAParameterError() {
        rig.command(new Trb.EnableSlot(0));
        rig.address(new DriverRing(rig.memory()), false);
        rig.configure(rig.memory().allocate(16), rig.memory().allocate(16));
        EndpointContext.Packets packets = new EndpointContext.Packets(1024, 0, 0);
        EndpointContext.of(EndpointType.ISOCHRONOUS_IN, packets, 0, 8)
                .encode(rig.inputPiece(ControllerRig.BULK_IN + 1), 0);
        InputControlContext.of(0, 1 | 1 << ControllerRig.BULK_IN).encode(rig.inputPiece(0), 0);

        assertThat(rig.code(new Trb.ConfigureEndpoint(rig.input(), 1, false)))
                .isEqualTo(CompletionCode.PARAMETER_ERROR);
    }

    @Test
    void evaluateContextTakesThePacketSizeOfTheControlEndpoint() {
        rig.command(new Trb.EnableSlot(0));
        DriverRing ring = new DriverRing(rig.memory());
        rig.address(ring, false);
        InputControlContext.of(0, 2).encode(rig.inputPiece(0), 0);
        EndpointContext.of(EndpointType.CONTROL, new EndpointContext.Packets(64, 0, 0), 0, 8)
                .encode(rig.inputPiece(2), 0);

        assertThat(rig.code(new Trb.EvaluateContext(rig.input(), 1))).isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.endpointContext(1).packets().maxBytes()).isEqualTo(64);
        assertThat(rig.endpointContext(1).dequeue()).isEqualTo(ring.base());
    }

    @Test
    void endpointCommandsAskForTheirState() {
        ControllerRig configured = ControllerRig.configured(new DriverRing[2]);
        int in = ControllerRig.BULK_IN;

        assertThat(configured.code(new Trb.ResetEndpoint(1, in, false))).isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
        assertThat(configured.code(new Trb.SetTrDequeuePointer(0, true, 0, 0, 1, in)))
                .isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
        assertThat(configured.code(new Trb.StopEndpoint(1, in, false))).isEqualTo(CompletionCode.SUCCESS);
        assertThat(configured.code(new Trb.StopEndpoint(1, in, false))).isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
        assertThat(configured.code(new Trb.StopEndpoint(1, 9, false))).isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
        assertThat(configured.code(new Trb.StopEndpoint(1, 0, false))).isEqualTo(CompletionCode.TRB_ERROR);
    }

    @Test
    void setTrDequeuePointerMovesAStoppedEndpoint() {
        ControllerRig configured = ControllerRig.configured(new DriverRing[2]);
        configured.code(new Trb.StopEndpoint(1, ControllerRig.BULK_IN, false));
        DriverRing other = new DriverRing(configured.memory());

        assertThat(configured.code(new Trb.SetTrDequeuePointer(other.base(), true, 0, 0, 1, ControllerRig.BULK_IN)))
                .isEqualTo(CompletionCode.SUCCESS);
        assertThat(configured.endpointContext(ControllerRig.BULK_IN).dequeue()).isEqualTo(other.base());
    }

    @Test
    void resetDeviceLeadsToDefault() {
        ControllerRig configured = ControllerRig.configured(new DriverRing[2]);

        assertThat(configured.code(new Trb.ResetDevice(1))).isEqualTo(CompletionCode.SUCCESS);

        assertThat(configured.slotContext())
                .extracting(SlotContext::state, SlotContext::contextEntries, SlotContext::deviceAddress)
                .containsExactly(SlotState.DEFAULT, 1, 0);
        assertThat(configured.state(ControllerRig.BULK_IN)).isEqualTo(EndpointState.DISABLED);
        assertThat(configured.code(new Trb.ResetDevice(1))).isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
    }

    @Test
    void aStoppedCommandRingTellsWhereItStands() {
        rig.code(new Trb.NoOpCommand());
        assertThat(rig.operational(OperationalRegisters.CRCR)).isEqualTo((int) OperationalRegisters.CRCR_RUNNING);

        rig.write64(0x40 + OperationalRegisters.CRCR, OperationalRegisters.CRCR_STOP);

        assertThat(rig.operational(OperationalRegisters.CRCR)).isZero();
        assertThat(rig.events())
                .containsExactly(new Trb.CommandCompletionEvent(
                        rig.commands().next(), 0, CompletionCode.COMMAND_RING_STOPPED, 0, 0));
    }

    @Test
    void aStrayCommandRingIsAHostSystemError() {
        rig.write64(0x40 + OperationalRegisters.CRCR, FakeMemory.STRAY | 1);
        rig.doorbell(0, 0);

        assertThat(rig.operational(OperationalRegisters.USBSTS))
                .isEqualTo(OperationalRegisters.USBSTS_HALTED
                        | OperationalRegisters.USBSTS_SYSTEM_ERROR
                        | OperationalRegisters.USBSTS_PORT_CHANGE
                        | OperationalRegisters.USBSTS_EVENT_INTERRUPT);
    }

    @Test
    void aStrayInputContextIsAHostSystemErrorAndAResetHelps() {
        rig.command(new Trb.EnableSlot(0));
        rig.commands().put(new Trb.AddressDevice(FakeMemory.STRAY, 1, false));
        rig.doorbell(0, 0);
        assertThat(rig.operational(OperationalRegisters.USBSTS) & OperationalRegisters.USBSTS_SYSTEM_ERROR)
                .isNotZero();
        assertThat(rig.events()).isEmpty();

        rig.write(0x40, OperationalRegisters.USBCMD_RESET);

        assertThat(rig.operational(OperationalRegisters.USBSTS)).isEqualTo(OperationalRegisters.USBSTS_HALTED);
    }

    @Test
    void aRingOfLinksIsAHostSystemError() {
        long at = rig.memory().allocate(64);
        new Trb.Link(at, 0, 0).encode(rig.memory().at(at, 16), 0, true);
        rig.write64(0x40 + OperationalRegisters.CRCR, OperationalRegisters.CRCR_STOP);
        rig.write64(0x40 + OperationalRegisters.CRCR, at | 1);
        rig.doorbell(0, 0);

        assertThat(rig.operational(OperationalRegisters.USBSTS) & OperationalRegisters.USBSTS_SYSTEM_ERROR)
                .isNotZero();
    }

    @Test
    void nothingMovesWhileTheFunctionIsNotBusMaster() {
        rig.config(4, 2, 2);
        rig.commands().put(new Trb.NoOpCommand());
        rig.doorbell(0, 0);

        assertThat(rig.peekEvents()).isEmpty();
        assertThat(rig.memory().faults()).isZero();
    }
}
