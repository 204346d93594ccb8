package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.RuntimeRegisters;
import java.util.ArrayDeque;

/// One interrupter (xHCI 1.2 §4.17): its event ring, the events that wait for room in it, and its interrupt.
///
/// An interrupt is pending (IP) when an event was written while the event handler was not busy (EHB). IP with IE and
/// USBCMD.INTE fires the MSI-X vector of the same number, which clears IP. Moderation is stored and not applied: events
/// that appear in one turn of the controller share one message, because the first sets EHB.
final class Interrupter {
    /// Events that may wait for room; the engine starts nothing new while one does, so what is in flight is the most
    /// that can come.
    static final int HELD_EVENTS_MAX = 4096;

    private final int number;
    private final RunState run;
    private final MsixTable msix;
    private final EventRingWriter ring;
    private final ArrayDeque<HeldEvent> held = new ArrayDeque<>();

    private int management;
    private int moderation;
    private boolean handlerBusy;
    private boolean wanted;

    private record HeldEvent(long parameter, int status, int control, boolean quiet) {}

    Interrupter(int number, HostMemory memory, RunState run, MsixTable msix) {
        this.number = number;
        this.run = run;
        this.msix = msix;
        this.ring = new EventRingWriter(memory, run);
        reset();
    }

    /// Power-on values.
    void reset() {
        management = 0;
        moderation = 4000; // 1 ms, xHCI 1.2 §5.5.2.2
        handlerBusy = false;
        wanted = false;
        held.clear();
        ring.reset();
    }

    /// Writes an event, or holds it until there is room.
    ///
    /// @param quiet the event asks for no interrupt
    void post(long parameter, int status, int control, boolean quiet) {
        if (!ring.exists()) {
            return;
        }
        if (held.isEmpty() && ring.write(parameter, status, control)) {
            written(quiet);
            return;
        }
        if (held.size() < HELD_EVENTS_MAX) {
            held.add(new HeldEvent(parameter, status, control, quiet));
        }
        // The Event Ring Full event wants to be seen.
        written(false);
    }

    private void written(boolean quiet) {
        wanted |= !quiet;
        update();
    }

    /// Whether events wait for room.
    boolean isCongested() {
        return !held.isEmpty();
    }

    /// Writes events that waited, as far as there is room now.
    ///
    /// @return how many
    int flush() {
        int written = 0;
        while (!held.isEmpty()) {
            HeldEvent event = held.peek();
            if (!ring.write(event.parameter, event.status, event.control)) {
                break;
            }
            held.remove();
            written++;
            written(event.quiet);
        }
        return written;
    }

    /// Raises what is to be raised; to be called after every change of IE, INTE or EHB.
    void update() {
        if (wanted && !handlerBusy) {
            wanted = false;
            handlerBusy = true;
            management |= RuntimeRegisters.IMAN_PENDING;
            run.eventInterrupt();
        }
        int both = RuntimeRegisters.IMAN_PENDING | RuntimeRegisters.IMAN_ENABLE;
        if ((management & both) == both && run.interruptsEnabled() && msix.enabled()) {
            management &= ~RuntimeRegisters.IMAN_PENDING;
            msix.fire(number);
        }
    }

    /// Reads a word of the register set.
    int read(int offset) {
        return switch (offset) {
            case RuntimeRegisters.IMAN -> management;
            case RuntimeRegisters.IMOD -> moderation;
            case RuntimeRegisters.ERSTSZ -> ring.tableEntries();
            case RuntimeRegisters.ERSTBA -> (int) ring.tableBase();
            case RuntimeRegisters.ERSTBA + 4 -> (int) (ring.tableBase() >>> 32);
            case RuntimeRegisters.ERDP ->
                (int) ring.dequeue() | (handlerBusy ? (int) RuntimeRegisters.ERDP_EVENT_HANDLER_BUSY : 0);
            case RuntimeRegisters.ERDP + 4 -> (int) (ring.dequeue() >>> 32);
            default -> 0;
        };
    }

    /// Writes a word of the register set.
    void write(int offset, int value) {
        switch (offset) {
            case RuntimeRegisters.IMAN -> {
                int pending = management & RuntimeRegisters.IMAN_PENDING & ~value;
                management = pending | (value & RuntimeRegisters.IMAN_ENABLE);
                update();
            }
            case RuntimeRegisters.IMOD -> moderation = value;
            case RuntimeRegisters.ERSTSZ -> ring.tableEntries(value);
            case RuntimeRegisters.ERSTBA -> ring.tableBase(low(ring.tableBase(), value));
            case RuntimeRegisters.ERSTBA + 4 -> ring.tableBase(high(ring.tableBase(), value));
            case RuntimeRegisters.ERDP -> {
                ring.dequeue(low(ring.dequeue(), value));
                if ((value & RuntimeRegisters.ERDP_EVENT_HANDLER_BUSY) != 0) {
                    handlerBusy = false;
                }
                dequeued();
            }
            case RuntimeRegisters.ERDP + 4 -> {
                ring.dequeue(high(ring.dequeue(), value));
                dequeued();
            }
            default -> {}
        }
    }

    /// Events that came while the handler was busy and that it has not read ask again; others do not.
    private void dequeued() {
        wanted &= !ring.isEmpty();
        update();
    }

    private static long low(long old, int value) {
        return (old & 0xFFFF_FFFF_0000_0000L) | (value & 0xFFFF_FFFFL);
    }

    private static long high(long old, int value) {
        return (old & 0xFFFF_FFFFL) | ((long) value << 32);
    }

    void save(StateWriter state) {
        state.i32(management).i32(moderation).flag(handlerBusy).flag(wanted);
        ring.save(state);
        state.i32(held.size());
        for (HeldEvent event : held) {
            state.i64(event.parameter).i32(event.status).i32(event.control).flag(event.quiet);
        }
    }

    void restore(StateReader state) {
        management = state.i32("IMAN", 0, RuntimeRegisters.IMAN_PENDING | RuntimeRegisters.IMAN_ENABLE);
        moderation = state.i32("IMOD", Integer.MIN_VALUE, Integer.MAX_VALUE);
        handlerBusy = state.flag("event handler busy");
        wanted = state.flag("interrupt wanted");
        ring.restore(state);
        int count = state.i32("held events", 0, HELD_EVENTS_MAX);
        for (int i = 0; i < count; i++) {
            held.add(new HeldEvent(
                    state.i64("event parameter", Long.MIN_VALUE, Long.MAX_VALUE),
                    state.i32("event status", Integer.MIN_VALUE, Integer.MAX_VALUE),
                    state.i32("event control", Integer.MIN_VALUE, Integer.MAX_VALUE),
                    state.flag("quiet event")));
        }
    }
}
