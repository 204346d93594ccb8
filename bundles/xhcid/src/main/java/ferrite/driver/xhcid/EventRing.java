package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.Trb;
import java.lang.foreign.MemorySegment;

/// Consumer side of the event ring: one segment (xHCI 1.2 §4.9.4).
///
/// The controller writes events with the cycle bit of its present lap; what has the other cycle bit is not there
/// yet.
final class EventRing {
    /// TRBs in the segment.
    static final int ENTRIES = 256;

    private final Block table;
    private final Block block;
    private final MemorySegment memory;
    private int dequeue;
    private boolean cycle;

    private EventRing(Block table, Block block, int dequeue, boolean cycle) {
        this.table = table;
        this.block = block;
        this.memory = block.segment();
        this.dequeue = dequeue;
        this.cycle = cycle;
    }

    /// An empty ring and its segment table.
    static EventRing create(DmaMemory dma) {
        Block block = dma.allocate((long) ENTRIES * Trb.BYTES);
        Block table = dma.allocate(EventRingSegmentTableEntry.BYTES);
        new EventRingSegmentTableEntry(block.address(), ENTRIES).encode(table.segment(), 0);
        return new EventRing(table, block, 0, true);
    }

    /// The ring of a predecessor, at the place where it stopped reading.
    static EventRing resume(Block table, Block block, int dequeue, boolean cycle) {
        return new EventRing(table, block, dequeue, cycle);
    }

    /// Whether the controller has written the next event.
    boolean isReady() {
        return Trb.cycle(memory, (long) dequeue * Trb.BYTES) == cycle;
    }

    /// Takes the next event; only if [#isReady].
    Trb take() {
        Trb event = Trb.decode(memory, (long) dequeue * Trb.BYTES);
        dequeue++;
        if (dequeue == ENTRIES) {
            dequeue = 0;
            cycle = !cycle;
        }
        return event;
    }

    /// Device address of the next event, for ERDP.
    long dequeueAddress() {
        return block.address() + (long) dequeue * Trb.BYTES;
    }

    Block table() {
        return table;
    }

    Block block() {
        return block;
    }

    int dequeue() {
        return dequeue;
    }

    boolean cycle() {
        return cycle;
    }
}
