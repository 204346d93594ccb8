package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.Trb;

/// Producer side of a command or transfer ring, as a driver keeps it: the last TRB is a Link back to the first.
final class DriverRing {
    static final int TRBS = 16;

    private final RigMemory memory;
    private final long base;
    private int index;
    private boolean cycle = true;

    DriverRing(RigMemory memory) {
        this.memory = memory;
        this.base = memory.allocate((long) TRBS * Trb.BYTES);
    }

    long base() {
        return base;
    }

    /// Address of the TRB that is put next.
    long next() {
        return base + (long) index * Trb.BYTES;
    }

    /// Writes a TRB.
    ///
    /// @return its address
    long put(Trb trb) {
        long at = next();
        trb.encode(memory.at(at, Trb.BYTES), 0, cycle);
        if (++index == TRBS - 1) {
            new Trb.Link(base, 0, Trb.TOGGLE_CYCLE).encode(memory.at(next(), Trb.BYTES), 0, cycle);
            index = 0;
            cycle = !cycle;
        }
        return at;
    }
}
