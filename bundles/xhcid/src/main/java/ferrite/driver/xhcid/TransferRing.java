package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.hw.xhci.Trb;
import java.lang.foreign.MemorySegment;

/// Producer side of an endpoint's transfer ring: one segment that ends with a link TRB (xHCI 1.2 §4.9.2).
///
/// ```
///   0        dequeue          enqueue               254   255
///   | free   | in the controller's hands | free     |     | link → 0, toggles the cycle |
/// ```
///
/// A transfer descriptor is written last TRB first: its first TRB carries the cycle bit that hands the whole of it
/// over, so a controller that is already running never sees half of one.
final class TransferRing {
    /// TRBs of the segment that carry work; one more is the link.
    static final int USABLE = 255;
    /// TRBs in the segment.
    static final int ENTRIES = USABLE + 1;
    /// Most TRBs in the controller's hands: one stays free, so that full and empty differ (§4.9.2.2).
    static final int IN_FLIGHT_MAX = USABLE - 1;

    private final Block block;
    private final MemorySegment memory;
    private int enqueue;
    private boolean cycle;
    private int used;

    private TransferRing(Block block, int enqueue, boolean cycle, int used) {
        this.block = block;
        this.memory = block.segment();
        this.enqueue = enqueue;
        this.cycle = cycle;
        this.used = used;
    }

    static TransferRing create(DmaMemory dma) {
        return new TransferRing(dma.allocate((long) ENTRIES * Trb.BYTES), 0, true, 0);
    }

    /// The ring of a predecessor.
    static TransferRing resume(Block block, int enqueue, boolean cycle, int used) {
        return new TransferRing(block, enqueue, cycle, used);
    }

    /// TRBs that may be written now.
    int free() {
        return IN_FLIGHT_MAX - used;
    }

    /// Begins a descriptor.
    ///
    /// @param trbs 1..[#free()]
    /// @return index of its first TRB
    int begin(int trbs) {
        if (trbs < 1 || trbs > free()) {
            throw new IllegalStateException(trbs + " TRBs, " + free() + " free");
        }
        return enqueue;
    }

    /// Writes one TRB of the descriptor; the first one (0) last of all.
    ///
    /// @param position in the descriptor, 0..trbs-1
    void set(int position, Trb trb) {
        int index = enqueue + position;
        boolean wraps = index >= USABLE;
        if (index == USABLE - 1) {
            // The link belongs to the descriptor, and is chained, if the TRB before it is (§4.11.5.1).
            new Trb.Link(block.address(), 0, Trb.TOGGLE_CYCLE | chainOf(trb))
                    .encode(memory, (long) USABLE * Trb.BYTES, cycle);
        }
        trb.encode(memory, (long) (wraps ? index - USABLE : index) * Trb.BYTES, cycle != wraps);
    }

    private static int chainOf(Trb trb) {
        return switch (trb) {
            case Trb.Normal normal -> normal.flags() & Trb.CHAIN;
            case Trb.DataStage stage -> stage.flags() & Trb.CHAIN;
            default -> 0;
        };
    }

    /// Ends the descriptor.
    void commit(int trbs) {
        used += trbs;
        enqueue += trbs;
        if (enqueue >= USABLE) {
            enqueue -= USABLE;
            cycle = !cycle;
        }
    }

    /// The controller is done with the oldest TRBs.
    void release(int trbs) {
        used = Math.max(0, used - trbs);
    }

    /// Released TRBs may not be reused yet after all.
    void retain(int trbs) {
        used += trbs;
    }

    /// Everything written is void: the controller is about to be told to go on at [#enqueueAddress].
    void releaseAll() {
        used = 0;
    }

    /// Turns a TRB that the controller has not reached into one that moves nothing.
    void blank(int index, boolean last) {
        long at = (long) index * Trb.BYTES;
        new Trb.NoOp(0, last ? Trb.INTERRUPT_ON_COMPLETION : 0).encode(memory, at, Trb.cycle(memory, at));
    }

    /// The index `distance` TRBs after `index`.
    static int after(int index, int distance) {
        return (index + distance) % USABLE;
    }

    /// How many TRBs after `first` a TRB comes, 0..254.
    static int distance(int first, int index) {
        return Math.floorMod(index - first, USABLE);
    }

    /// Index of the TRB at a device address; -1 if it is no work TRB of this ring.
    int indexOf(long address) {
        long offset = address - block.address();
        boolean ours = offset >= 0 && offset < (long) USABLE * Trb.BYTES && offset % Trb.BYTES == 0;
        return ours ? (int) (offset / Trb.BYTES) : -1;
    }

    long addressOf(int index) {
        return block.address() + (long) index * Trb.BYTES;
    }

    /// The cycle bit that a written TRB carries.
    boolean cycleOf(int index) {
        return index == enqueue ? cycle : Trb.cycle(memory, (long) index * Trb.BYTES);
    }

    int enqueueIndex() {
        return enqueue;
    }

    long enqueueAddress() {
        return addressOf(enqueue);
    }

    boolean cycle() {
        return cycle;
    }

    int used() {
        return used;
    }

    Block block() {
        return block;
    }
}
