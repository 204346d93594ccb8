package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.xhci.Trb;
import ferrite.testkit.fake.FakeContext;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TransferRingTest {
    private static final int LINK_AT = TransferRing.USABLE * Trb.BYTES;

    private final FakeContext context = new FakeContext("test");
    private final TransferRing ring = TransferRing.create(new DmaMemory(context.pool(), context.dmaMap(0)));
    private final MemorySegment memory = ring.block().segment();

    private static Trb trb(int flags) {
        return new Trb.Normal(0x1234, 5, 0, 0, flags);
    }

    private void descriptor(int trbs) {
        ring.begin(trbs);
        for (int i = trbs - 1; i >= 0; i--) {
            ring.set(i, trb(i < trbs - 1 ? Trb.CHAIN : Trb.INTERRUPT_ON_COMPLETION));
        }
        ring.commit(trbs);
    }

    private void fillUpTo(int index) {
        while (ring.enqueueIndex() < index) {
            descriptor(1);
            ring.release(1);
        }
    }

    @Test
    void aNewRingIsEmptyForTheController() {
        for (int i = 0; i < TransferRing.ENTRIES; i++) {
            assertThat(Trb.cycle(memory, (long) i * Trb.BYTES)).isFalse();
        }
        assertThat(ring.cycle()).isTrue();
    }

    @Test
    void theFirstTrbHandsTheWholeDescriptorOver() {
        ring.begin(3);
        ring.set(2, trb(0));
        ring.set(1, trb(Trb.CHAIN));
        assertThat(Trb.cycle(memory, 0)).isFalse();
        assertThat(Trb.cycle(memory, Trb.BYTES)).isTrue();
        ring.set(0, trb(Trb.CHAIN));
        assertThat(Trb.cycle(memory, 0)).isTrue();
    }

    @Test
    void oneTrbStaysFree() {
        for (int i = 0; i < TransferRing.IN_FLIGHT_MAX; i++) {
            descriptor(1);
        }
        assertThat(ring.free()).isZero();
        assertThatThrownBy(() -> ring.begin(1)).isInstanceOf(IllegalStateException.class);
        ring.release(1);
        assertThat(ring.free()).isEqualTo(1);
    }

    @Test
    void aChainedDescriptorAcrossTheEndChainsTheLink() {
        fillUpTo(253);
        descriptor(4);
        assertThat(Trb.decode(memory, LINK_AT))
                .isEqualTo(new Trb.Link(ring.block().address(), 0, Trb.TOGGLE_CYCLE | Trb.CHAIN));
        assertThat(Trb.cycle(memory, LINK_AT)).isTrue();
        assertThat(Trb.cycle(memory, 0)).as("second lap").isFalse();
        assertThat(ring.enqueueIndex()).isEqualTo(2);
        assertThat(ring.cycle()).isFalse();
    }

    @Test
    void aDescriptorThatEndsAtTheEndDoesNotChainTheLink() {
        fillUpTo(253);
        descriptor(2);
        assertThat(Trb.decode(memory, LINK_AT))
                .isEqualTo(new Trb.Link(ring.block().address(), 0, Trb.TOGGLE_CYCLE));
        assertThat(ring.enqueueIndex()).isZero();
        assertThat(ring.cycle()).isFalse();
    }

    @Test
    void theThirdLapHasTheFirstLapsCycleBit() {
        for (int lap = 0; lap < 2; lap++) {
            fillUpTo(254);
            descriptor(1);
            ring.release(1);
        }
        assertThat(ring.cycle()).isTrue();
        assertThat(Trb.cycle(memory, LINK_AT)).isFalse();
    }

    @Test
    void addressesLeadBackToIndexes() {
        assertThat(ring.indexOf(ring.addressOf(17))).isEqualTo(17);
        assertThat(ring.indexOf(ring.addressOf(17) + 8)).isEqualTo(-1);
        assertThat(ring.indexOf(ring.block().address() - 16)).isEqualTo(-1);
        assertThat(ring.indexOf(ring.block().address() + LINK_AT))
                .as("the link")
                .isEqualTo(-1);
        assertThat(TransferRing.distance(250, 3)).isEqualTo(8);
        assertThat(TransferRing.after(250, 8)).isEqualTo(3);
    }

    @Test
    void aBlankedTrbKeepsItsCycleBit() {
        descriptor(2);
        ring.blank(0, false);
        ring.blank(1, true);
        assertThat(Trb.decode(memory, 0)).isEqualTo(new Trb.NoOp(0, 0));
        assertThat(Trb.decode(memory, Trb.BYTES)).isEqualTo(new Trb.NoOp(0, Trb.INTERRUPT_ON_COMPLETION));
        assertThat(Trb.cycle(memory, 0)).isTrue();
    }
}
