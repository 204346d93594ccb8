package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.Trb;
import ferrite.testkit.fake.FakeContext;
import org.junit.jupiter.api.Test;

class CommandAndEventRingTest {
    private final FakeContext context = new FakeContext("test");
    private final DmaMemory dma = new DmaMemory(context.pool(), context.dmaMap(0));

    @Test
    void commandsWrapThroughTheLink() {
        CommandRing ring = CommandRing.create(dma);
        long first = ring.enqueue(new Trb.NoOpCommand());
        for (int i = 1; i < CommandRing.ENTRIES - 1; i++) {
            ring.enqueue(new Trb.NoOpCommand());
        }
        assertThat(ring.enqueueIndex()).isZero();
        assertThat(ring.cycle()).isFalse();
        assertThat(Trb.decode(ring.block().segment(), (CommandRing.ENTRIES - 1L) * Trb.BYTES))
                .isEqualTo(new Trb.Link(ring.block().address(), 0, Trb.TOGGLE_CYCLE));
        assertThat(ring.enqueue(new Trb.NoOpCommand())).isEqualTo(first);
        assertThat(Trb.cycle(ring.block().segment(), 0)).isFalse();
    }

    @Test
    void eventsAreTakenInOrderOverTwoLaps() {
        EventRing ring = EventRing.create(dma);
        assertThat(EventRingSegmentTableEntry.decode(ring.table().segment(), 0))
                .isEqualTo(new EventRingSegmentTableEntry(ring.block().address(), EventRing.ENTRIES));
        assertThat(ring.isReady()).isFalse();
        for (int i = 0; i < 2 * EventRing.ENTRIES; i++) {
            Trb event = new Trb.PortStatusChangeEvent(i & 0xFF, CompletionCode.SUCCESS);
            event.encode(ring.block().segment(), (long) (i % EventRing.ENTRIES) * Trb.BYTES, i < EventRing.ENTRIES);
            assertThat(ring.isReady()).isTrue();
            assertThat(ring.take()).isEqualTo(event);
            assertThat(ring.isReady()).isFalse();
        }
        assertThat(ring.dequeueAddress()).isEqualTo(ring.block().address());
    }
}
