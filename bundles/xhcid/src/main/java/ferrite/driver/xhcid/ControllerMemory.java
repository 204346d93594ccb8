package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The structures that exist once per controller: device context array, scratchpads, command and event ring.
///
/// @param contexts device context base address array: one address per slot, 0 = the scratchpad array (xHCI 1.2 §6.1)
/// @param scratchpads pages of the controller's own; the first block is their array, if there are any (§4.20)
record ControllerMemory(Block contexts, List<Block> scratchpads, CommandRing commands, EventRing events) {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    ControllerMemory {
        scratchpads = List.copyOf(scratchpads);
    }

    static ControllerMemory create(DmaMemory dma, ControllerLayout layout) {
        Block contexts = dma.allocate((layout.slots() + 1L) * Long.BYTES);
        List<Block> scratchpads = new ArrayList<>();
        if (layout.scratchpads() > 0) {
            Block array = dma.allocate((long) layout.scratchpads() * Long.BYTES);
            scratchpads.add(array);
            for (int i = 0; i < layout.scratchpads(); i++) {
                Block page = dma.allocate(DmaMemory.PAGE_BYTES);
                scratchpads.add(page);
                array.segment().set(U64, (long) i * Long.BYTES, page.address());
            }
            contexts.segment().set(U64, 0, array.address());
        }
        return new ControllerMemory(contexts, scratchpads, CommandRing.create(dma), EventRing.create(dma));
    }

    /// Tells the controller where a slot's device context is.
    void setDeviceContext(int slot, long address) {
        MemorySegment array = contexts.segment();
        array.set(U64, (long) slot * Long.BYTES, address);
    }
}
