package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.RuntimeRegisters;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.testkit.fake.FakeRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// xHCI 1.2 §4.9.4 and §4.17, PCI 3.0 §6.8.2: events, interrupts and messages.
final class EventRingTest {
    private static final int MSIX_PENDING = 0x3800;
    private static final FakeRequest.Event MESSAGE = new FakeRequest.Event(0x41, 0xFEE0_0000L);

    private void noOps(ControllerRig rig, int count) {
        for (int i = 0; i < count; i++) {
            rig.commands().put(new Trb.NoOpCommand());
            rig.doorbell(0, 0);
        }
    }

    @Test
    void aFullRingHoldsEventsUntilTheDriverHasRead() {
        ControllerRig rig = ControllerRig.running();

        noOps(rig, 20);

        List<Trb> first = rig.peekEvents();
        assertThat(first).hasSize(ControllerRig.EVENT_TRBS - 1);
        assertThat(first.getLast()).isEqualTo(new Trb.HostControllerEvent(CompletionCode.EVENT_RING_FULL));

        rig.dequeue();
        List<Trb> second = rig.events();
        assertThat(first.size() - 1 + second.size()).isEqualTo(20);
        assertThat(second).allMatch(Trb.CommandCompletionEvent.class::isInstance);
    }

    @Test
    void noEventIsLostWithASlowReader() {
        ControllerRig rig = ControllerRig.running();
        List<Trb> seen = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 12; i++) {
                rig.commands().put(new Trb.NoOpCommand());
            }
            rig.doorbell(0, 0);
            for (int reads = 0; reads < 3; reads++) {
                seen.addAll(rig.events());
            }
        }

        seen.removeIf(Trb.HostControllerEvent.class::isInstance);
        assertThat(seen).hasSize(120);
    }

    @Test
    void theRingGoesThroughItsSegments() {
        ControllerRig rig = new ControllerRig(4, 3);
        rig.begin();
        rig.events();

        noOps(rig, 40);
        assertThat(rig.events()).hasSize(40);
        noOps(rig, 40);
        assertThat(rig.events()).hasSize(40);
    }

    @Test
    void anEventIsOneMessage() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();

        noOps(rig, 1);

        assertThat(rig.listener().events()).containsExactly(MESSAGE);
        assertThat(rig.read(ControllerRig.INTERRUPTER_0)).isEqualTo(RuntimeRegisters.IMAN_ENABLE);
    }

    @Test
    void whileTheHandlerIsBusyThereIsNoOtherMessage() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();

        noOps(rig, 5);
        assertThat(rig.listener().events()).hasSize(1);

        rig.peekEvents();
        rig.dequeue();
        assertThat(rig.listener().events()).hasSize(1);
        noOps(rig, 1);
        assertThat(rig.listener().events()).hasSize(2);
    }

    @Test
    void eventsThatTheHandlerHasNotSeenAskAgain() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();
        noOps(rig, 1);
        rig.peekEvents();
        long seen = rig.access(PciBusOperation.MEMORY_READ, ControllerRig.INTERRUPTER_0 + 0x18, 8, 0)
                .extra();
        noOps(rig, 1);

        rig.write64(ControllerRig.INTERRUPTER_0 + RuntimeRegisters.ERDP, seen + 16);

        assertThat(rig.listener().events()).hasSize(2);
    }

    @Test
    void aBlockedEventAsksForNoInterrupt() {
        DriverRing[] bulk = new DriverRing[2];
        ControllerRig rig = ControllerRig.configured(bulk);
        rig.device().answer(8);

        bulk[0].put(ControllerRig.normal(rig.memory().allocate(64), 8, Trb.BLOCK_EVENT_INTERRUPT));
        rig.doorbell(1, ControllerRig.BULK_IN);

        assertThat(rig.peekEvents()).hasSize(1);
        assertThat(rig.listener().events()).isEmpty();
    }

    @Test
    void withoutInterruptEnableTheInterruptStaysPendingUntilItIsEnabled() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();
        rig.write(ControllerRig.INTERRUPTER_0, 0);

        noOps(rig, 1);
        assertThat(rig.read(ControllerRig.INTERRUPTER_0)).isEqualTo(RuntimeRegisters.IMAN_PENDING);
        assertThat(rig.listener().events()).isEmpty();

        rig.write(ControllerRig.INTERRUPTER_0, RuntimeRegisters.IMAN_ENABLE);
        assertThat(rig.listener().events()).containsExactly(MESSAGE);
    }

    @Test
    void writingOneClearsThePendingInterrupt() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();
        rig.write(ControllerRig.INTERRUPTER_0, 0);
        noOps(rig, 1);

        rig.write(ControllerRig.INTERRUPTER_0, RuntimeRegisters.IMAN_PENDING | RuntimeRegisters.IMAN_ENABLE);

        assertThat(rig.listener().events()).isEmpty();
    }

    @Test
    void aMaskedVectorIsPendingAndSentWhenUnmasked() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();
        rig.write(ControllerRig.MSIX_TABLE + 12, 1);

        noOps(rig, 1);
        assertThat(rig.listener().events()).isEmpty();
        assertThat(rig.read(MSIX_PENDING)).isEqualTo(1);

        rig.write(ControllerRig.MSIX_TABLE + 12, 0);
        assertThat(rig.listener().events()).containsExactly(MESSAGE);
        assertThat(rig.read(MSIX_PENDING)).isZero();
    }

    @Test
    void theFunctionMaskHoldsAllVectors() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();
        rig.config(ControllerRig.MSIX_CONTROL, 2, 0xC000);

        noOps(rig, 1);
        assertThat(rig.listener().events()).isEmpty();

        rig.config(ControllerRig.MSIX_CONTROL, 2, 0x8000);
        assertThat(rig.listener().events()).containsExactly(MESSAGE);
    }

    @Test
    void aMessageWithoutRoomIsSentAtALaterPoll() {
        ControllerRig rig = ControllerRig.running();
        rig.listener().events().clear();
        rig.listener().room(false);
        noOps(rig, 1);

        rig.listener().room(true);
        rig.controller().poll(1);

        assertThat(rig.listener().events()).containsExactly(MESSAGE);
    }

    @Test
    void aCancelledListenerIsAnswered() {
        ControllerRig rig = ControllerRig.running();

        rig.context().socket("hw.xhci0").cancel(rig.listener());
        rig.controller().poll(1);

        assertThat(rig.listener().status()).isEqualTo(Errno.ECANCELED.status());
        FakeRequest other =
                rig.send(SubmissionQueueEntry.of(PciBusOperation.AWAIT_MESSAGE).withFlags(SqeFlags.SUBSCRIBE));
        noOps(rig, 1);
        assertThat(other.events()).containsExactly(MESSAGE);
    }

    @Test
    void aStraySegmentTableIsAHostSystemError() {
        ControllerRig rig = ControllerRig.running();
        rig.write64(ControllerRig.INTERRUPTER_0 + RuntimeRegisters.ERSTBA, FakeMemory.STRAY);

        noOps(rig, 1);

        assertThat(rig.operational(OperationalRegisters.USBSTS) & OperationalRegisters.USBSTS_SYSTEM_ERROR)
                .isNotZero();
    }
}
