package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.RuntimeRegisters;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import java.lang.foreign.MemorySegment;

/// Producer side of one event ring (xHCI 1.2 §4.9.4): segments from the segment table, cycle bit, and the full check
/// against what the driver has dequeued.
///
/// When one place is left it goes to an Event Ring Full event, and the writer is full until the driver has made room for
/// two. The table is read when the first event is written after it was set.
final class EventRingWriter {
    private static final int SEGMENTS_MAX = 1 << MemoryMap.EVENT_SEGMENTS_LOG;
    private static final int EVENT_RING_FULL_CONTROL = Trb.HostControllerEvent.TYPE << Trb.TYPE_SHIFT;
    private static final int EVENT_RING_FULL_STATUS = CompletionCode.EVENT_RING_FULL.number() << Trb.COMPLETION_SHIFT;

    private final HostMemory memory;
    private final RunState run;

    private int tableEntries;
    private long tableBase;
    private long dequeue;

    private final long[] bases = new long[SEGMENTS_MAX];
    private final int[] sizes = new int[SEGMENTS_MAX];
    private int segments;
    private int segment;
    private int index;
    private boolean cycle = true;
    private boolean fullReported;

    EventRingWriter(HostMemory memory, RunState run) {
        this.memory = memory;
        this.run = run;
    }

    /// Power-on: no ring.
    void reset() {
        tableEntries = 0;
        tableBase = 0;
        dequeue = 0;
        restart();
    }

    private void restart() {
        segments = 0;
        segment = 0;
        index = 0;
        cycle = true;
        fullReported = false;
    }

    int tableEntries() {
        return tableEntries;
    }

    void tableEntries(int value) {
        tableEntries = value & RuntimeRegisters.ERSTSZ_MASK;
        restart();
    }

    long tableBase() {
        return tableBase;
    }

    void tableBase(long value) {
        tableBase = value & RuntimeRegisters.ERSTBA_POINTER_MASK;
        restart();
    }

    /// What the driver has read up to, without the low bits of the register.
    long dequeue() {
        return dequeue;
    }

    void dequeue(long value) {
        dequeue = value & RuntimeRegisters.ERDP_POINTER_MASK;
    }

    /// Whether the driver has set a ring up at all.
    boolean exists() {
        return tableEntries != 0;
    }

    /// Whether everything written has been dequeued.
    boolean isEmpty() {
        return segments == 0 || dequeue == place(segment, index);
    }

    /// Writes one event.
    ///
    /// @return false if there is no room or no ring: nothing was written but, once, Event Ring Full
    boolean write(long parameter, int status, int control) {
        if (segments == 0 && !load()) {
            return false;
        }
        int free = freeUpToTwo();
        if (free == 2) {
            fullReported = false;
            return put(parameter, status, control);
        }
        if (free == 1 && !fullReported) {
            fullReported = put(0, EVENT_RING_FULL_STATUS, EVENT_RING_FULL_CONTROL);
        }
        return false;
    }

    private boolean load() {
        if (tableEntries == 0 || tableEntries > SEGMENTS_MAX) {
            return false;
        }
        long bytes = (long) tableEntries * EventRingSegmentTableEntry.BYTES;
        MemorySegment table = memory.structure(tableBase, bytes, Access.READ);
        if (HostMemory.isStray(table)) {
            run.hostSystemError("event ring segment table", tableBase);
            return false;
        }
        for (int i = 0; i < tableEntries; i++) {
            EventRingSegmentTableEntry entry =
                    EventRingSegmentTableEntry.decode(table, (long) i * EventRingSegmentTableEntry.BYTES);
            bases[i] = entry.address();
            sizes[i] = entry.size();
            if (sizes[i] < EventRingSegmentTableEntry.SIZE_MIN || sizes[i] > EventRingSegmentTableEntry.SIZE_MAX) {
                run.hostSystemError("event ring segment of " + sizes[i] + " TRBs", bases[i]);
                return false;
            }
        }
        segments = tableEntries;
        return true;
    }

    /// Places before the dequeue pointer, 0, 1 or 2 (= 2 and more). One place is never used, so that a full ring
    /// differs from an empty one.
    private int freeUpToTwo() {
        int s = segment;
        int i = index;
        for (int free = 0; free < 2; free++) {
            if (++i == sizes[s]) {
                i = 0;
                s = s + 1 == segments ? 0 : s + 1;
            }
            if (place(s, i) == dequeue) {
                return free;
            }
        }
        return 2;
    }

    private long place(int s, int i) {
        return bases[s] + (long) i * Trb.BYTES;
    }

    private boolean put(long parameter, int status, int control) {
        long at = place(segment, index);
        MemorySegment place = memory.structure(at, Trb.BYTES, Access.WRITE);
        if (HostMemory.isStray(place)) {
            run.hostSystemError("event ring", at);
            return false;
        }
        Trb.write(place, 0, parameter, status, control, cycle);
        if (++index == sizes[segment]) {
            index = 0;
            if (++segment == segments) {
                segment = 0;
                cycle = !cycle;
            }
        }
        return true;
    }

    void save(StateWriter state) {
        state.i32(tableEntries).i64(tableBase).i64(dequeue).i32(segments);
        for (int i = 0; i < segments; i++) {
            state.i64(bases[i]).i32(sizes[i]);
        }
        state.i32(segment).i32(index).flag(cycle).flag(fullReported);
    }

    void restore(StateReader state) {
        tableEntries = state.i32("ERSTSZ", 0, RuntimeRegisters.ERSTSZ_MASK);
        tableBase = state.i64("ERSTBA", Long.MIN_VALUE, Long.MAX_VALUE) & RuntimeRegisters.ERSTBA_POINTER_MASK;
        dequeue = state.i64("ERDP", Long.MIN_VALUE, Long.MAX_VALUE) & RuntimeRegisters.ERDP_POINTER_MASK;
        segments = state.i32("event ring segments", 0, SEGMENTS_MAX);
        for (int i = 0; i < segments; i++) {
            bases[i] = state.i64("segment base", Long.MIN_VALUE, Long.MAX_VALUE) & RuntimeRegisters.ERSTBA_POINTER_MASK;
            sizes[i] =
                    state.i32("segment size", EventRingSegmentTableEntry.SIZE_MIN, EventRingSegmentTableEntry.SIZE_MAX);
        }
        segment = state.i32("event ring segment", 0, Math.max(0, segments - 1));
        index = state.i32("event ring index", 0, segments == 0 ? 0 : sizes[segment] - 1);
        cycle = state.flag("event ring cycle");
        fullReported = state.flag("event ring full");
    }
}
