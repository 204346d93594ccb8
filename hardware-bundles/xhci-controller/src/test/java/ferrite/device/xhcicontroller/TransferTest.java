package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.testkit.fake.FakeRing;
import org.junit.jupiter.api.Test;

/// xHCI 1.2 §3.2, §4.9, §4.10, §4.11: bulk transfers.
final class TransferTest {
    private static final long STALL = Errno.EPIPE.status();

    private final DriverRing[] bulk = new DriverRing[2];
    private final ControllerRig rig = ControllerRig.configured(bulk);
    private final DriverRing in = bulk[0];
    private final DriverRing out = bulk[1];
    private final long buffer = rig.memory().allocate(4096);

    private Trb.TransferEvent event(long trb, int length, CompletionCode code, int endpoint) {
        return new Trb.TransferEvent(trb, length, code, false, 1, endpoint);
    }

    private void ringIn() {
        rig.doorbell(1, ControllerRig.BULK_IN);
    }

    private void ringOut() {
        rig.doorbell(1, ControllerRig.BULK_OUT);
    }

    @Test
    void anInTransferFillsTheBuffer() {
        long trb = in.put(ControllerRig.normal(buffer, 4, 0));
        rig.device().answer(4);
        ringIn();

        assertThat(rig.events()).containsExactly(event(trb, 0, CompletionCode.SUCCESS, 3));
        assertThat(rig.bytes(buffer, 4)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void anOutTransferSendsTheBuffer() {
        rig.memory().at(buffer, 4).fill((byte) 7);
        long trb = out.put(ControllerRig.normal(buffer, 4, 0));
        rig.device().answer(4);
        ringOut();

        assertThat(rig.events()).containsExactly(event(trb, 0, CompletionCode.SUCCESS, 4));
        assertThat(rig.device().received()).containsExactly(new byte[] {7, 7, 7, 7});
    }

    @Test
    void withoutInterruptOnCompletionThereIsNoEvent() {
        in.put(new Trb.Normal(buffer, 4, 0, 0, 0));
        rig.device().answer(4);
        ringIn();

        assertThat(rig.events()).isEmpty();
    }

    @Test
    void immediateDataIsSentFromTheTrb() {
        out.put(ControllerRig.normal(0x0807_0605_0403_0201L, 5, Trb.IMMEDIATE_DATA));
        rig.device().answer(5);
        ringOut();

        assertThat(rig.device().received()).containsExactly(new byte[] {1, 2, 3, 4, 5});
        assertThat(rig.events()).hasSize(1);
    }

    @Test
    void severalTransfersAreWithTheDeviceAtOnce() {
        for (int i = 0; i < 4; i++) {
            in.put(ControllerRig.normal(buffer + 64L * i, 64, 0));
        }
        ringIn();
        assertThat(rig.device().waiting()).isEqualTo(4);
        assertThat(rig.events()).isEmpty();

        rig.device().answer(64, 64, 64, 64);
        rig.controller().poll(16);

        assertThat(rig.events()).hasSize(4);
    }

    @Test
    void aShortPacketTellsWhatIsMissing() {
        long trb = in.put(ControllerRig.normal(buffer, 100, 0));
        rig.device().answer(36);
        ringIn();

        assertThat(rig.events()).containsExactly(event(trb, 64, CompletionCode.SHORT_PACKET, 3));
    }

    @Test
    void theTrbsOfADescriptorGoToTheDeviceOneAfterTheOther() {
        long first = in.put(new Trb.Normal(buffer, 64, 1, 0, Trb.CHAIN));
        long last = in.put(ControllerRig.normal(buffer + 64, 64, 0));
        rig.device().answer(64, 64);
        ringIn();

        assertThat(first).isLessThan(last);
        assertThat(rig.events()).containsExactly(event(last, 0, CompletionCode.SUCCESS, 3));
        assertThat(rig.bytes(buffer + 62, 4)).containsExactly(63, 64, 1, 2);
    }

    @Test
    void aShortPacketSkipsTheRestOfTheDescriptor() {
        in.put(new Trb.Normal(buffer, 64, 1, 0, Trb.CHAIN));
        long last = in.put(ControllerRig.normal(buffer + 64, 64, 0));
        long next = in.put(ControllerRig.normal(buffer + 128, 8, 0));
        rig.device().answer(13, 8);
        ringIn();

        assertThat(rig.events())
                .containsExactly(
                        event(last, 64, CompletionCode.SHORT_PACKET, 3), event(next, 0, CompletionCode.SUCCESS, 3));
    }

    @Test
    void interruptOnShortPacketReportsTheTrbThatWasShortAndOnlyThat() {
        long first = in.put(new Trb.Normal(buffer, 64, 1, 0, Trb.CHAIN | Trb.INTERRUPT_ON_SHORT_PACKET));
        in.put(ControllerRig.normal(buffer + 64, 64, 0));
        rig.device().answer(13);
        ringIn();

        assertThat(rig.events()).containsExactly(event(first, 51, CompletionCode.SHORT_PACKET, 3));
    }

    @Test
    void eventDataTellsHowMuchWasMoved() {
        in.put(new Trb.Normal(buffer, 64, 1, 0, Trb.CHAIN));
        in.put(new Trb.Normal(buffer + 64, 64, 0, 0, Trb.CHAIN));
        in.put(new Trb.EventData(0xCAFE, 0, Trb.INTERRUPT_ON_COMPLETION));
        rig.device().answer(64, 10);
        ringIn();

        assertThat(rig.events())
                .containsExactly(new Trb.TransferEvent(0xCAFE, 74, CompletionCode.SHORT_PACKET, true, 1, 3));
    }

    @Test
    void aStallHaltsTheEndpointUntilItIsReset() {
        long trb = in.put(ControllerRig.normal(buffer, 64, 0));
        rig.device().answer(STALL);
        ringIn();
        assertThat(rig.events()).containsExactly(event(trb, 64, CompletionCode.STALL_ERROR, 3));
        assertThat(rig.state(3)).isEqualTo(EndpointState.HALTED);
        assertThat(rig.endpointContext(3).dequeue()).isEqualTo(trb);

        rig.device().answer(64);
        ringIn();
        assertThat(rig.events()).isEmpty();

        assertThat(rig.code(new Trb.ResetEndpoint(1, 3, false))).isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.code(new Trb.SetTrDequeuePointer(in.next(), true, 0, 0, 1, 3)))
                .isEqualTo(CompletionCode.SUCCESS);
        long after = in.put(ControllerRig.normal(buffer, 64, 0));
        ringIn();
        assertThat(rig.events()).containsExactly(event(after, 0, CompletionCode.SUCCESS, 3));
    }

    @Test
    void whatWasSentBehindAStallIsNotReported() {
        long first = in.put(ControllerRig.normal(buffer, 64, 0));
        in.put(ControllerRig.normal(buffer + 64, 13, 0));
        rig.device().answer(STALL, STALL);
        ringIn();

        assertThat(rig.events()).containsExactly(event(first, 64, CompletionCode.STALL_ERROR, 3));
        assertThat(rig.code(new Trb.ResetEndpoint(1, 3, false))).isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.endpointContext(3).dequeue()).isEqualTo(first);
    }

    @Test
    void endpointsAreIndependent() {
        in.put(ControllerRig.normal(buffer, 64, 0));
        rig.device().answer(STALL);
        ringIn();
        rig.events();

        long trb = out.put(ControllerRig.normal(buffer, 31, 0));
        rig.device().answer(31);
        ringOut();

        assertThat(rig.events()).containsExactly(event(trb, 0, CompletionCode.SUCCESS, 4));
    }

    @Test
    void aTransferFromNowhereFailsAlone() {
        long trb = in.put(ControllerRig.normal(FakeMemory.STRAY, 64, 0));
        ringIn();

        assertThat(rig.events()).containsExactly(event(trb, 64, CompletionCode.DATA_BUFFER_ERROR, 3));
        assertThat(rig.state(3)).isEqualTo(EndpointState.HALTED);
        assertThat(rig.operational(OperationalRegisters.USBSTS) & OperationalRegisters.USBSTS_HALTED)
                .isZero();
        assertThat(rig.memory().strays()).containsExactly(new RigMemory.Stray(FakeMemory.STRAY, 64));

        long next = out.put(ControllerRig.normal(buffer, 31, 0));
        rig.device().answer(31);
        ringOut();
        assertThat(rig.events()).containsExactly(event(next, 0, CompletionCode.SUCCESS, 4));
    }

    @Test
    void aStrayTransferRingIsAHostSystemError() {
        rig.code(new Trb.StopEndpoint(1, 3, false));
        rig.code(new Trb.SetTrDequeuePointer(FakeMemory.STRAY, true, 0, 0, 1, 3));
        ringIn();

        assertThat(rig.operational(OperationalRegisters.USBSTS) & OperationalRegisters.USBSTS_SYSTEM_ERROR)
                .isNotZero();
    }

    @Test
    void aTypeThatDoesNotBelongThereIsATrbError() {
        long trb = in.put(new Trb.SetupStage(SetupPacket.ofLong(0), 8, 0, Trb.IMMEDIATE_DATA, 0));
        ringIn();

        assertThat(rig.events()).containsExactly(event(trb, 0, CompletionCode.TRB_ERROR, 3));
        assertThat(rig.state(3)).isEqualTo(EndpointState.ERROR);
        assertThat(rig.code(new Trb.SetTrDequeuePointer(in.next(), true, 0, 0, 1, 3)))
                .isEqualTo(CompletionCode.SUCCESS);
        assertThat(rig.state(3)).isEqualTo(EndpointState.STOPPED);
    }

    @Test
    void aDeviceErrorIsATransactionError() {
        in.put(ControllerRig.normal(buffer, 64, 0));
        rig.device().answer(Errno.EIO.status());
        ringIn();

        assertThat(rig.events())
                .extracting(event -> ((Trb.TransferEvent) event).code())
                .containsExactly(CompletionCode.USB_TRANSACTION_ERROR);
    }

    @Test
    void stoppingAnEndpointTakesItsPacketBack() {
        long trb = in.put(ControllerRig.normal(buffer, 64, 0));
        ringIn();
        assertThat(rig.device().waiting()).isEqualTo(1);

        long stop = rig.commands().put(new Trb.StopEndpoint(1, 3, false));
        rig.doorbell(0, 0);

        assertThat(rig.device().waiting()).isZero();
        assertThat(rig.events())
                .containsExactly(
                        event(trb, 64, CompletionCode.STOPPED, 3),
                        new Trb.CommandCompletionEvent(stop, 0, CompletionCode.SUCCESS, 0, 1));
        assertThat(rig.state(3)).isEqualTo(EndpointState.STOPPED);
        assertThat(rig.endpointContext(3).dequeue()).isEqualTo(trb);
    }

    @Test
    void aStoppedEndpointGoesOnAtItsDoorbell() {
        long trb = in.put(ControllerRig.normal(buffer, 64, 0));
        ringIn();
        rig.code(new Trb.StopEndpoint(1, 3, false));
        rig.device().answer(64);

        ringIn();

        assertThat(rig.events()).containsExactly(event(trb, 0, CompletionCode.SUCCESS, 3));
        assertThat(rig.state(3)).isEqualTo(EndpointState.RUNNING);
    }

    @Test
    void aDoorbellOfADisabledEndpointIsReported() {
        rig.doorbell(1, 9);

        assertThat(rig.events())
                .containsExactly(new Trb.TransferEvent(0, 0, CompletionCode.ENDPOINT_NOT_ENABLED, false, 1, 9));
        rig.doorbell(40, 3);
        assertThat(rig.events()).isEmpty();
    }

    @Test
    void aFullRingToTheDeviceDelaysAndLosesNothing() {
        FakeRing cable = rig.context().rings().getFirst();
        cable.room(1);
        rig.device().answer(8, 8, 8);
        for (int i = 0; i < 3; i++) {
            in.put(ControllerRig.normal(buffer + 8L * i, 8, 0));
        }
        ringIn();
        assertThat(rig.events()).hasSize(1);

        cable.room(10);
        rig.controller().poll(1);

        assertThat(rig.events()).hasSize(2);
    }

    @Test
    void aHaltedControllerTakesItsPacketsBackAndGoesOnAfterwards() {
        long trb = in.put(ControllerRig.normal(buffer, 64, 0));
        ringIn();
        rig.write(0x40, 0);
        assertThat(rig.device().waiting()).isZero();
        assertThat(rig.operational(OperationalRegisters.USBSTS) & 1).isEqualTo(1);

        rig.device().answer(64);
        rig.write(0x40, OperationalRegisters.USBCMD_RUN);
        rig.events();
        ringIn();

        assertThat(rig.events()).containsExactly(event(trb, 0, CompletionCode.SUCCESS, 3));
    }

    @Test
    void aRingWithoutAnEndDoesNotHoldTheControllerForEver() {
        long at = rig.memory().allocate(64);
        new Trb.NoOp(0, 0).encode(rig.memory().at(at, 16), 0, true);
        new Trb.Link(at, 0, 0).encode(rig.memory().at(at + 16, 16), 0, true);
        rig.code(new Trb.StopEndpoint(1, 3, false));
        rig.code(new Trb.SetTrDequeuePointer(at, true, 0, 0, 1, 3));

        ringIn();

        assertThat(rig.code(new Trb.StopEndpoint(1, 3, false))).isEqualTo(CompletionCode.SUCCESS);
    }
}
