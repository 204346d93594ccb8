package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.hw.xhci.Trb;

/// Producer side of the command ring: one segment that ends with a link TRB (xHCI 1.2 §4.9.3).
///
/// At most one command is in work, so the ring is never full.
final class CommandRing {
    /// TRBs in the segment, the link TRB included.
    static final int ENTRIES = 64;

    private static final int LINK = ENTRIES - 1;

    private final Block block;
    private int enqueue;
    private boolean cycle;

    private CommandRing(Block block, int enqueue, boolean cycle) {
        this.block = block;
        this.enqueue = enqueue;
        this.cycle = cycle;
    }

    static CommandRing create(DmaMemory dma) {
        return new CommandRing(dma.allocate((long) ENTRIES * Trb.BYTES), 0, true);
    }

    /// The ring of a predecessor.
    static CommandRing resume(Block block, int enqueue, boolean cycle) {
        return new CommandRing(block, enqueue, cycle);
    }

    /// Writes a command.
    ///
    /// @return its device address, as the completion event names it
    long enqueue(Trb command) {
        long address = block.address() + (long) enqueue * Trb.BYTES;
        command.encode(block.segment(), (long) enqueue * Trb.BYTES, cycle);
        enqueue++;
        if (enqueue == LINK) {
            Trb link = new Trb.Link(block.address(), 0, Trb.TOGGLE_CYCLE);
            link.encode(block.segment(), (long) LINK * Trb.BYTES, cycle);
            enqueue = 0;
            cycle = !cycle;
        }
        return address;
    }

    /// Device address of the next command, where the controller goes on after an abort.
    long enqueueAddress() {
        return block.address() + (long) enqueue * Trb.BYTES;
    }

    Block block() {
        return block;
    }

    int enqueueIndex() {
        return enqueue;
    }

    boolean cycle() {
        return cycle;
    }
}
