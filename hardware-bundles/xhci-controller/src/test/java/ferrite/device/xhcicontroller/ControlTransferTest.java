package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// xHCI 1.2 §4.11.2.2: transfers of endpoint 0.
final class ControlTransferTest {
    private static final SetupPacket GET = SetupPacket.getDescriptor(UsbDescriptor.TYPE_DEVICE, 0, 0, 18);
    private static final SetupPacket SET = SetupPacket.setConfiguration(1);

    private final ControllerRig rig = ControllerRig.running();
    private final DriverRing ring = new DriverRing(rig.memory());
    private final long buffer = rig.memory().allocate(4096);

    @BeforeEach
    void address() {
        rig.command(new Trb.EnableSlot(0));
        rig.address(ring, false);
    }

    private long setup(SetupPacket packet, int transferType) {
        return ring.put(new Trb.SetupStage(packet, 8, 0, Trb.IMMEDIATE_DATA, transferType));
    }

    private long data(long address, int length, int flags) {
        return ring.put(new Trb.DataStage(address, length, 0, 0, flags, true));
    }

    private long status(boolean in) {
        return ring.put(new Trb.StatusStage(0, Trb.INTERRUPT_ON_COMPLETION, in));
    }

    private void run() {
        rig.doorbell(1, 1);
    }

    private static Trb.TransferEvent event(long trb, int length, CompletionCode code) {
        return new Trb.TransferEvent(trb, length, code, false, 1, 1);
    }

    @Test
    void aTransferWithDataToTheHost() {
        rig.device().controlAnswer(18);
        setup(GET, Trb.SetupStage.IN_DATA);
        data(buffer, 18, 0);
        long status = status(false);
        run();

        assertThat(rig.events()).containsExactly(event(status, 0, CompletionCode.SUCCESS));
        assertThat(rig.device().setups()).containsExactly(GET);
        assertThat(rig.bytes(buffer, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void aTransferWithoutData() {
        setup(SET, Trb.SetupStage.NO_DATA);
        long status = status(true);
        run();

        assertThat(rig.events()).containsExactly(event(status, 0, CompletionCode.SUCCESS));
        assertThat(rig.device().setups()).containsExactly(SET);
    }

    @Test
    void aTransferIsNotSentBeforeItsStatusStageIsThere() {
        setup(SET, Trb.SetupStage.NO_DATA);
        run();
        assertThat(rig.device().setups()).isEmpty();

        status(true);
        run();

        assertThat(rig.device().setups()).hasSize(1);
    }

    @Test
    void shortDataAreReportedAndTheStatusStageSucceeds() {
        rig.device().controlAnswer(8);
        setup(GET, Trb.SetupStage.IN_DATA);
        long data = data(buffer, 18, Trb.INTERRUPT_ON_SHORT_PACKET);
        long status = status(false);
        run();

        assertThat(rig.events())
                .containsExactly(
                        event(data, 10, CompletionCode.SHORT_PACKET), event(status, 0, CompletionCode.SUCCESS));
    }

    @Test
    void dataMayBeInSeveralTrbs() {
        rig.device().controlAnswer(18);
        setup(GET, Trb.SetupStage.IN_DATA);
        data(buffer, 10, Trb.CHAIN);
        ring.put(new Trb.Normal(buffer + 100, 8, 0, 0, 0));
        status(false);
        run();

        assertThat(rig.events()).hasSize(1);
        assertThat(rig.bytes(buffer + 9, 1)).containsExactly(10);
        assertThat(rig.bytes(buffer + 100, 8)).containsExactly(11, 12, 13, 14, 15, 16, 17, 18);
    }

    @Test
    void aStallOfTheDataStageIsReportedThere() {
        rig.device().controlAnswer(Errno.EPIPE.status());
        setup(GET, Trb.SetupStage.IN_DATA);
        long data = data(buffer, 18, 0);
        status(false);
        run();

        assertThat(rig.events()).containsExactly(event(data, 18, CompletionCode.STALL_ERROR));
        assertThat(rig.state(1)).isEqualTo(EndpointState.HALTED);
        assertThat(rig.endpointContext(1).dequeue()).isEqualTo(data);
    }

    @Test
    void aStallWithoutDataIsReportedAtTheStatusStageAndCanBeRecovered() {
        rig.device().controlAnswer(Errno.EPIPE.status());
        setup(SET, Trb.SetupStage.NO_DATA);
        long status = status(true);
        run();
        assertThat(rig.events()).containsExactly(event(status, 0, CompletionCode.STALL_ERROR));

        rig.code(new Trb.ResetEndpoint(1, 1, false));
        rig.code(new Trb.SetTrDequeuePointer(ring.next(), true, 0, 0, 1, 1));
        rig.device().controlAnswer(0);
        setup(SET, Trb.SetupStage.NO_DATA);
        long again = status(true);
        run();

        assertThat(rig.events()).containsExactly(event(again, 0, CompletionCode.SUCCESS));
    }

    @Test
    void directionsThatDoNotFitAreATrbError() {
        long setup = setup(GET, Trb.SetupStage.NO_DATA);
        data(buffer, 18, 0);
        status(false);
        run();

        assertThat(rig.events()).containsExactly(event(setup, 0, CompletionCode.TRB_ERROR));
        assertThat(rig.device().setups()).isEmpty();
    }

    @Test
    void aSetupStageWithoutImmediateDataIsATrbError() {
        long setup = ring.put(new Trb.SetupStage(GET, 8, 0, 0, Trb.SetupStage.NO_DATA));
        run();

        assertThat(rig.events()).containsExactly(event(setup, 0, CompletionCode.TRB_ERROR));
    }

    @Test
    void strayDataFailTheTransferAlone() {
        setup(GET, Trb.SetupStage.IN_DATA);
        long data = data(FakeMemory.STRAY, 18, 0);
        status(false);
        run();

        assertThat(rig.events()).containsExactly(event(data, 18, CompletionCode.DATA_BUFFER_ERROR));
        assertThat(rig.code(new Trb.NoOpCommand())).isEqualTo(CompletionCode.SUCCESS);
    }

    @Test
    void aTransferWithoutAnEndIsATrbError() {
        setup(GET, Trb.SetupStage.IN_DATA);
        data(buffer, 8, Trb.CHAIN);
        for (int i = 0; i < Endpoint.WINDOW; i++) {
            ring.put(new Trb.Normal(buffer, 8, 0, 0, Trb.CHAIN));
            run();
        }

        assertThat(rig.events())
                .extracting(event -> ((Trb.TransferEvent) event).code())
                .containsExactly(CompletionCode.TRB_ERROR);
    }
}
