package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.testkit.fake.FakeRing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A swap of the controller: what the driver sees, and states that nobody saved.
final class ControllerStateTest {
    private static final int HOSTILE_RUNS = 3_000;

    private final DriverRing[] bulk = new DriverRing[2];
    private final ControllerRig rig = ControllerRig.configured(bulk);
    private final long buffer = rig.memory().allocate(4096);

    private List<CompletionCode> codes() {
        List<CompletionCode> codes = new ArrayList<>();
        for (Trb event : rig.events()) {
            codes.add(((Trb.TransferEvent) event).code());
        }
        return codes;
    }

    @Test
    void packetsInFlightAreReportedByTheSuccessor() {
        bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        bulk[0].put(ControllerRig.normal(buffer + 64, 13, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);
        assertThat(rig.controller().isQuiet()).isTrue();

        rig.swap();
        rig.device().answer(64, 13);
        rig.controller().poll(1);

        assertThat(codes()).containsExactly(CompletionCode.SUCCESS, CompletionCode.SUCCESS);
        assertThat(rig.listener().events()).hasSize(1);
    }

    @Test
    void manyRoundsGoOnAcrossManySwaps() {
        for (int round = 0; round < 40; round++) {
            bulk[1].put(ControllerRig.normal(buffer, 31, 0));
            bulk[0].put(ControllerRig.normal(buffer, 64, 0));
            rig.doorbell(1, ControllerRig.BULK_OUT);
            rig.doorbell(1, ControllerRig.BULK_IN);
            rig.swap();
            rig.device().answer(31, 64);
            rig.controller().poll(1);
            assertThat(codes()).containsExactly(CompletionCode.SUCCESS, CompletionCode.SUCCESS);
        }
    }

    @Test
    void aDescriptorInTheMiddleOfAShortPacketGoesOn() {
        bulk[0].put(new Trb.Normal(buffer, 64, 1, 0, Trb.CHAIN));
        long last = bulk[0].put(ControllerRig.normal(buffer + 64, 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);

        rig.swap();
        rig.device().answer(5);
        rig.controller().poll(1);

        assertThat(rig.events())
                .containsExactly(new Trb.TransferEvent(last, 64, CompletionCode.SHORT_PACKET, false, 1, 3));
    }

    @Test
    void aGatheredControlTransferGoesOn() {
        DriverRing control = new DriverRing(rig.memory());
        rig.code(new Trb.StopEndpoint(1, 1, false));
        rig.code(new Trb.SetTrDequeuePointer(control.base(), true, 0, 0, 1, 1));
        control.put(
                new Trb.SetupStage(SetupPacket.setConfiguration(1), 8, 0, Trb.IMMEDIATE_DATA, Trb.SetupStage.NO_DATA));
        rig.doorbell(1, 1);

        rig.swap();
        control.put(new Trb.StatusStage(0, Trb.INTERRUPT_ON_COMPLETION, true));
        rig.doorbell(1, 1);

        assertThat(codes()).containsExactly(CompletionCode.SUCCESS);
    }

    @Test
    void heldEventsAndRegistersSurvive() {
        for (int i = 0; i < 20; i++) {
            rig.commands().put(new Trb.NoOpCommand());
            rig.doorbell(0, 0);
        }
        int port = rig.portsc(1);

        rig.swap();

        assertThat(rig.portsc(1)).isEqualTo(port);
        int seen = rig.events().size() - 1;
        assertThat(seen + rig.events().size()).isEqualTo(20);
        assertThat(rig.config(0, 4)).isEqualTo(0x000D_1B36L);
    }

    @Test
    void aHaltedEndpointStaysHalted() {
        bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        rig.device().answer(Errno.EPIPE.status());
        rig.doorbell(1, ControllerRig.BULK_IN);
        rig.events();

        rig.swap();

        assertThat(rig.code(new Trb.StopEndpoint(1, 3, false))).isEqualTo(CompletionCode.CONTEXT_STATE_ERROR);
        assertThat(rig.code(new Trb.ResetEndpoint(1, 3, false))).isEqualTo(CompletionCode.SUCCESS);
    }

    @Test
    void aStopThatWaitsIsFinishedByTheSuccessor() {
        bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);
        FakeRing cable = rig.context().rings().getFirst();
        cable.room(0);
        long stop = rig.commands().put(new Trb.StopEndpoint(1, 3, false));
        rig.doorbell(0, 0);
        assertThat(rig.peekEvents()).isEmpty();

        rig.swap();
        cable.room(10);
        rig.controller().poll(1);

        assertThat(rig.events()).contains(new Trb.CommandCompletionEvent(stop, 0, CompletionCode.SUCCESS, 0, 1));
    }

    @Test
    void theIncumbentCanTakeItsStateBack() {
        bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);

        PluginState state = rig.controller().save();
        rig.controller().restore(state);
        rig.device().answer(64);
        rig.controller().poll(1);

        assertThat(codes()).containsExactly(CompletionCode.SUCCESS);
    }

    @Test
    void savingWhatWasRestoredGivesTheSameBytes() {
        bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);
        PluginState state = rig.controller().save();

        XhciController successor = rig.another();
        successor.restore(state);

        assertThat(successor.save()).isEqualTo(state);
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] bytes = rig.controller().save().bytes();

        assertThatThrownBy(() -> rig.another().restore(new PluginState(9, bytes)))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EOPNOTSUPP));
    }

    @Test
    void hostileStatesAreRefusedOrHarmless() {
        bulk[0].put(ControllerRig.normal(buffer, 64, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);
        PluginState good = rig.controller().save();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < HOSTILE_RUNS; run++) {
            byte[] bytes = good.bytes();
            int changes = 1 + random.nextInt(6);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] hostile = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
            XhciController successor = rig.another();
            try {
                successor.restore(new PluginState(XhciController.STATE_VERSION, hostile));
                for (int turn = 0; turn < 4; turn++) {
                    successor.poll(16);
                }
                successor.save();
            } catch (SchemeException refused) {
                assertThat(refused.errno())
                        .as("seed %d run %d: %s", seed, run, refused.getMessage())
                        .isIn(Errno.EBADMSG, Errno.EBADF);
            } catch (RuntimeException broken) {
                throw new AssertionError("seed " + seed + " run " + run, broken);
            }
        }
    }
}
