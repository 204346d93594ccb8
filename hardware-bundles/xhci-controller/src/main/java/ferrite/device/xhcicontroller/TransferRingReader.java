package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Consumer side of a transfer ring or the command ring (xHCI 1.2 §4.9.2): where it stands, which cycle bit is ours,
/// and Link TRBs.
final class TransferRingReader {
    /// What a fetch found.
    enum Fetch {
        FOUND,
        /// The producer has written nothing more.
        EMPTY,
        /// The ring is where nothing is mapped.
        STRAY,
        /// Link TRBs that lead nowhere.
        LOOP
    }

    /// Link TRBs followed in one fetch.
    private static final int LINKS_MAX = 16;

    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final HostMemory memory;
    private long address;
    private boolean cycle;

    /// The TRB that the last fetch found.
    private long foundAddress;
    private boolean foundCycle;
    private long parameter;
    private int status;
    private int control;

    TransferRingReader(HostMemory memory) {
        this.memory = memory;
    }

    /// Moves to another place.
    void seek(long to, boolean expectedCycle) {
        address = to & -(long) Trb.BYTES;
        cycle = expectedCycle;
    }

    /// Where the next TRB is.
    long address() {
        return address;
    }

    /// Cycle bit of a TRB that is ours, there.
    boolean cycle() {
        return cycle;
    }

    /// Reads the next TRB that is not a Link, if it is ours, and moves on behind it.
    Fetch fetch() {
        for (int links = 0; links <= LINKS_MAX; links++) {
            MemorySegment trb = memory.structure(address, Trb.BYTES, Access.READ);
            if (HostMemory.isStray(trb)) {
                return Fetch.STRAY;
            }
            if (Trb.cycle(trb, 0) != cycle) {
                return Fetch.EMPTY;
            }
            parameter = trb.get(I64, Trb.PARAMETER);
            status = trb.get(I32, Trb.STATUS);
            control = trb.get(I32, Trb.CONTROL);
            if (type() != Trb.Link.TYPE) {
                foundAddress = address;
                foundCycle = cycle;
                address += Trb.BYTES;
                return Fetch.FOUND;
            }
            address = parameter & -(long) Trb.BYTES;
            cycle ^= (control & Trb.TOGGLE_CYCLE) != 0;
        }
        return Fetch.LOOP;
    }

    int type() {
        return control >>> Trb.TYPE_SHIFT & Trb.TYPE_MASK;
    }

    long foundAddress() {
        return foundAddress;
    }

    long parameter() {
        return parameter;
    }

    int status() {
        return status;
    }

    int control() {
        return control;
    }

    /// Hands the found TRB to a step.
    void into(TransferStep step) {
        step.begin();
        step.address = foundAddress;
        step.cycle = foundCycle;
        step.parameter = parameter;
        step.status = status;
        step.control = control;
    }

    void save(StateWriter state) {
        state.i64(address).flag(cycle);
    }

    void restore(StateReader state) {
        seek(state.i64("ring address", Long.MIN_VALUE, Long.MAX_VALUE), state.flag("ring cycle"));
    }
}
