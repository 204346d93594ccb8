package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.BufferSlice;
import org.jspecify.annotations.Nullable;

/// One TRB of a transfer ring between its fetch and its retirement. Reused by its endpoint; never allocated on the way.
final class TransferStep {
    /// Where a step is.
    enum Stage {
        /// Read from the ring, nothing sent.
        FETCHED,
        /// The device has it.
        IN_FLIGHT,
        /// Over; waits for the steps before it.
        DONE
    }

    /// Not in flight.
    static final int NO_TAG = -1;

    final Endpoint endpoint;

    /// Device address of the TRB, and the cycle bit expected there.
    long address;

    boolean cycle;
    long parameter;
    int status;
    int control;

    Stage stage = Stage.FETCHED;
    CompletionCode code = CompletionCode.INVALID;
    int moved;
    int tag = NO_TAG;
    /// Memory of ours in the place of the TRB's buffer: immediate data, or a data stage in several parts.
    @Nullable
    BufferSlice bounce;

    TransferStep(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    void begin() {
        stage = Stage.FETCHED;
        code = CompletionCode.INVALID;
        moved = 0;
        tag = NO_TAG;
    }

    void done(CompletionCode how, int bytes) {
        stage = Stage.DONE;
        code = how;
        moved = bytes;
    }

    void freeBounce() {
        BufferSlice slice = bounce;
        bounce = null;
        if (slice != null) {
            slice.close();
        }
    }

    int type() {
        return control >>> Trb.TYPE_SHIFT & Trb.TYPE_MASK;
    }

    int length() {
        return status & Trb.LENGTH_MASK;
    }

    boolean has(int flag) {
        return (control & flag) != 0;
    }

    /// Whether the TRB has a place for data.
    boolean movesData() {
        int type = type();
        return type == Trb.Normal.TYPE || type == Trb.DataStage.TYPE;
    }

    void save(StateWriter state) {
        state.i64(address).flag(cycle).i64(parameter).i32(status).i32(control);
        state.choice(stage).choice(code).i32(moved).i32(tag);
        BufferSlice slice = bounce;
        state.i64(slice == null ? -1 : slice.offset());
    }

    /// Reads what [#save] wrote.
    ///
    /// @return offset of the bounce buffer in the pool, or −1
    long restore(StateReader state) {
        address = state.i64("TRB address", Long.MIN_VALUE, Long.MAX_VALUE) & -(long) Trb.BYTES;
        cycle = state.flag("TRB cycle");
        parameter = state.i64("TRB parameter", Long.MIN_VALUE, Long.MAX_VALUE);
        status = state.i32("TRB status", Integer.MIN_VALUE, Integer.MAX_VALUE);
        control = state.i32("TRB control", Integer.MIN_VALUE, Integer.MAX_VALUE);
        stage = state.choice("TRB stage", Stage.class);
        code = state.choice("TRB code", CompletionCode.class);
        moved = state.i32("bytes moved", 0, Trb.LENGTH_MASK);
        tag = state.i32("tag", NO_TAG, PortLink.TAGS - 1);
        StateReader.require(tag == NO_TAG || stage == Stage.IN_FLIGHT, "tag of a TRB that is not in flight", tag);
        return state.i64("bounce buffer", -1, Long.MAX_VALUE);
    }
}
