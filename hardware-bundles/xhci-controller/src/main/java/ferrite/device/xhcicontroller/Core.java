package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.OperationalRegisters;
import ferrite.spi.context.Context;
import ferrite.spi.device.DeviceMemory;

/// All parts of one controller, wired; and what concerns all of them: turns, run and reset, saved state.
final class Core {
    private static final int ROUNDS_PER_TURN = 16;

    private final Context context;
    private final PciFunction function = new PciFunction();
    private final MsixTable msix = new MsixTable(function);
    private final RunState run = new RunState();
    private final Events events;
    private final RootHub hub;
    private final Slots slots;
    private final TransferEngine engine;
    private final ContextCommands contexts;
    private final SlotCommands commands;
    private final CommandRingReader commandRing;
    private final Registers registers;

    Core(Context context, DeviceMemory deviceMemory, int connectors) {
        this.context = context;
        HostMemory memory = new HostMemory(deviceMemory, function);
        events = new Events(memory, run, msix);
        hub = new RootHub(connectors, run, events);
        slots = new Slots(memory, run);
        engine = new TransferEngine(new TransferEngine.Surroundings(memory, context.pool(), events, hub, slots, run));
        contexts = new ContextCommands(memory, run, slots, hub);
        commands = new SlotCommands(slots, engine, contexts);
        commandRing = new CommandRingReader(memory, commands, run, events);
        registers = new Registers(this);
    }

    PciFunction function() {
        return function;
    }

    MsixTable msix() {
        return msix;
    }

    RunState run() {
        return run;
    }

    Events events() {
        return events;
    }

    RootHub hub() {
        return hub;
    }

    TransferEngine engine() {
        return engine;
    }

    ContextCommands contexts() {
        return contexts;
    }

    SlotCommands commands() {
        return commands;
    }

    CommandRingReader commandRing() {
        return commandRing;
    }

    Registers registers() {
        return registers;
    }

    long nanoTime() {
        return context.nanoTime();
    }

    /// Writes USBCMD.
    void writeCommand(int value) {
        if ((value & OperationalRegisters.USBCMD_RESET) != 0) {
            reset();
            return;
        }
        if (run.writeCommand(value)) {
            hub.reportChanges();
        }
        events.update();
    }

    /// The controller's own reset, HCRST. Packets in flight are asked back; the reset is over when all have come.
    void reset() {
        for (PortLink link : hub.links()) {
            link.abandonAll();
        }
        run.reset();
        engine.reset();
        slots.reset();
        commandRing.reset();
        commands.reset();
        contexts.reset();
        events.reset();
        hub.reset();
        registers.reset();
        settle();
    }

    /// Power-on values of the whole function.
    void powerOn() {
        reset();
        msix.reset();
        function.reset();
    }

    /// Lets everything go on until nothing moves any more, or for [#ROUNDS_PER_TURN] rounds.
    ///
    /// @return how many pieces of work there were
    int turn() {
        int work = hub.checkLinks() + msix.sendPending();
        for (int round = 0; round < ROUNDS_PER_TURN; round++) {
            int moved = events.flush() + commandRing.turn() + engine.turn();
            takeBack();
            for (PortLink link : hub.links()) {
                moved += link.turn();
            }
            if (moved == 0) {
                break;
            }
            work += moved;
        }
        settle();
        return work;
    }

    /// A controller that was told to stop asks for what is in flight.
    private void takeBack() {
        if (run.isWindingDown() && !run.isResetting()) {
            commandRing.halt();
            engine.cancelAll();
        }
    }

    /// A controller that stops or resets has done so when nothing is in flight any more.
    private void settle() {
        if (!run.isWindingDown()) {
            return;
        }
        for (PortLink link : hub.links()) {
            if (!link.isIdle()) {
                return;
            }
        }
        engine.reset();
        slots.rewind();
        run.wentQuiet();
    }

    void save(StateWriter state) {
        function.save(state);
        msix.save(state);
        run.save(state);
        events.save(state);
        contexts.save(state);
        commands.save(state);
        commandRing.save(state);
        registers.save(state);
        for (int port = 1; port <= hub.count(); port++) {
            hub.port(port).save(state);
        }
        slots.save(state);
    }

    /// Cables have been plugged in before.
    void restore(StateReader state) {
        function.restore(state);
        msix.restore(state);
        run.restore(state);
        events.restore(state);
        contexts.restore(state);
        commands.restore(state);
        commandRing.restore(state);
        registers.restore(state);
        for (int port = 1; port <= hub.count(); port++) {
            hub.port(port).restore(state);
        }
        slots.restore(state, hub, context.pool());
        engine.scheduleAll();
    }
}
