package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.Trb;
import java.lang.foreign.MemorySegment;

/// The command ring (xHCI 1.2 §4.6, §5.4.5): fetches commands in order, one at a time. A command that waits for a
/// device model to give packets back stays the current one until it is done.
final class CommandRingReader {
    private static final int COMMANDS_PER_TURN = 64;
    private static final long RING_BITS =
            OperationalRegisters.CRCR_POINTER_MASK | OperationalRegisters.CRCR_RING_CYCLE_STATE;

    private final TransferRingReader ring;
    private final SlotCommands commands;
    private final RunState run;
    private final Events events;
    /// Heap memory aligned to 4 bytes, as ordered access needs it.
    private final MemorySegment trb = MemorySegment.ofArray(new int[Trb.BYTES / Integer.BYTES]);

    private long register;
    private boolean running;
    private boolean busy;
    private long currentAddress;
    private Trb current = new Trb.NoOpCommand();

    CommandRingReader(HostMemory memory, SlotCommands commands, RunState run, Events events) {
        this.ring = new TransferRingReader(memory);
        this.commands = commands;
        this.run = run;
        this.events = events;
    }

    /// Reads CRCR: nothing but whether the ring runs.
    long read() {
        return running ? OperationalRegisters.CRCR_RUNNING : 0;
    }

    /// Writes the lower half of CRCR.
    void writeLow(int value) {
        if (running) {
            if ((value & (OperationalRegisters.CRCR_STOP | OperationalRegisters.CRCR_ABORT)) != 0) {
                stopRing();
            }
            return;
        }
        set((register & 0xFFFF_FFFF_0000_0000L) | (value & 0xFFFF_FFFFL));
    }

    /// Writes the upper half of CRCR.
    void writeHigh(int value) {
        if (!running) {
            set((register & 0xFFFF_FFFFL) | ((long) value << 32));
        }
    }

    private void set(long value) {
        register = value & RING_BITS;
        ring.seek(
                register & OperationalRegisters.CRCR_POINTER_MASK,
                (register & OperationalRegisters.CRCR_RING_CYCLE_STATE) != 0);
    }

    /// No command is ever half done for long, so abort is the same as stop: the current one is finished first.
    private void stopRing() {
        running = false;
        if (!busy) {
            events.command(ring.address(), CompletionCode.COMMAND_RING_STOPPED, 0);
        }
    }

    void doorbell() {
        running |= run.isRunning();
    }

    /// The controller stops.
    void halt() {
        running = false;
    }

    /// Executes commands.
    ///
    /// @return how many were completed
    int turn() {
        int done = 0;
        while (done < COMMANDS_PER_TURN && run.isRunning() && !events.isCongested() && (busy || fetch())) {
            busy = !commands.execute(current);
            if (busy || !run.isRunning()) {
                break;
            }
            events.command(currentAddress, commands.code(), commands.slot());
            if (!running) {
                events.command(ring.address(), CompletionCode.COMMAND_RING_STOPPED, 0);
            }
            done++;
        }
        return done;
    }

    private boolean fetch() {
        if (!running) {
            return false;
        }
        switch (ring.fetch()) {
            case EMPTY -> {
                return false;
            }
            case LOOP -> {
                run.hostSystemError("a command ring of Link TRBs only", ring.address());
                return false;
            }
            case STRAY -> {
                run.hostSystemError("command ring", ring.address());
                return false;
            }
            case FOUND -> {
                currentAddress = ring.foundAddress();
                Trb.write(trb, 0, ring.parameter(), ring.status(), ring.control(), false);
                current = Trb.decode(trb, 0);
            }
        }
        return true;
    }

    void reset() {
        register = 0;
        running = false;
        busy = false;
        ring.seek(0, false);
    }

    void save(StateWriter state) {
        state.i64(register).flag(running).flag(busy).i64(currentAddress);
        ring.save(state);
        current.encode(trb, 0, false);
        state.i64(HostMemory.i64(trb, Trb.PARAMETER)).i64(HostMemory.i64(trb, Trb.STATUS));
    }

    void restore(StateReader state) {
        register = state.i64("CRCR", Long.MIN_VALUE, Long.MAX_VALUE) & RING_BITS;
        running = state.flag("command ring runs");
        busy = state.flag("command in work");
        currentAddress = state.i64("command address", Long.MIN_VALUE, Long.MAX_VALUE);
        ring.restore(state);
        long parameter = state.i64("command parameter", Long.MIN_VALUE, Long.MAX_VALUE);
        long rest = state.i64("command status and control", Long.MIN_VALUE, Long.MAX_VALUE);
        Trb.write(trb, 0, parameter, (int) rest, (int) (rest >>> 32), false);
        current = Trb.decode(trb, 0);
    }
}
