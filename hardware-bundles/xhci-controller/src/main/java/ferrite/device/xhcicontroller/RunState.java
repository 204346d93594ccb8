package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.OperationalRegisters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// Whether the controller runs, and the operational registers that say so.
///
/// ```
///            R/S = 1                    R/S = 0                 nothing in flight
///  HALTED ------------> RUNNING ------------------> STOPPING ---------------------> HALTED
///    ^                     |  stray pointer: host system error                         |
///    +---------------------+                                      HCRST from anywhere: RESETTING until
///                                                                 nothing is in flight, then HALTED
/// ```
final class RunState {
    private enum Phase {
        HALTED,
        RUNNING,
        STOPPING,
        RESETTING
    }

    private static final Logger LOG = System.getLogger(RunState.class.getName());

    private static final int COMMAND_KEPT = OperationalRegisters.USBCMD_INTERRUPTER_ENABLE
            | OperationalRegisters.USBCMD_SYSTEM_ERROR_ENABLE
            | OperationalRegisters.USBCMD_WRAP_EVENT_ENABLE
            | OperationalRegisters.USBCMD_U3_STOP_ENABLE;
    private static final int STATUS_CLEARABLE = OperationalRegisters.USBSTS_SYSTEM_ERROR
            | OperationalRegisters.USBSTS_EVENT_INTERRUPT
            | OperationalRegisters.USBSTS_PORT_CHANGE
            | OperationalRegisters.USBSTS_SAVE_RESTORE_ERROR;

    private Phase phase = Phase.HALTED;
    private int command;
    private int status;

    /// Value of USBCMD.
    int command() {
        return command
                | (phase == Phase.RUNNING ? OperationalRegisters.USBCMD_RUN : 0)
                | (phase == Phase.RESETTING ? OperationalRegisters.USBCMD_RESET : 0);
    }

    /// Value of USBSTS.
    int status() {
        return switch (phase) {
            case HALTED -> status | OperationalRegisters.USBSTS_HALTED;
            case RUNNING, STOPPING -> status;
            case RESETTING -> status | OperationalRegisters.USBSTS_HALTED | OperationalRegisters.USBSTS_NOT_READY;
        };
    }

    /// Writes USBCMD, but for a reset.
    ///
    /// @return whether the controller has begun to run with this write
    boolean writeCommand(int value) {
        if (phase == Phase.RESETTING) {
            return false;
        }
        command = value & COMMAND_KEPT;
        if ((value & OperationalRegisters.USBCMD_RESTORE_STATE) != 0) {
            // The save and restore of the specification is for power loss; here state moves by swap.
            status |= OperationalRegisters.USBSTS_SAVE_RESTORE_ERROR;
        }
        boolean run = (value & OperationalRegisters.USBCMD_RUN) != 0;
        if (run && phase != Phase.RUNNING && (status & OperationalRegisters.USBSTS_SYSTEM_ERROR) == 0) {
            phase = Phase.RUNNING;
            return true;
        }
        if (!run && phase == Phase.RUNNING) {
            phase = Phase.STOPPING;
        }
        return false;
    }

    /// Writes USBSTS.
    void writeStatus(int value) {
        status &= ~(value & STATUS_CLEARABLE);
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /// Whether it waits for what is in flight.
    boolean isWindingDown() {
        return phase == Phase.STOPPING || phase == Phase.RESETTING;
    }

    boolean isResetting() {
        return phase == Phase.RESETTING;
    }

    boolean interruptsEnabled() {
        return (command & OperationalRegisters.USBCMD_INTERRUPTER_ENABLE) != 0;
    }

    void eventInterrupt() {
        status |= OperationalRegisters.USBSTS_EVENT_INTERRUPT;
    }

    void portChange() {
        status |= OperationalRegisters.USBSTS_PORT_CHANGE;
    }

    /// Power-on values, in effect when [#wentQuiet] is called.
    void reset() {
        command = 0;
        status = 0;
        phase = Phase.RESETTING;
    }

    /// Nothing is in flight any more.
    void wentQuiet() {
        if (isWindingDown()) {
            phase = Phase.HALTED;
        }
    }

    /// A ring or a context is where nothing is mapped, or leads nowhere: the controller stops until it is reset (xHCI 1.2 §4.10.2.6).
    void hostSystemError(String what, long address) {
        if ((status & OperationalRegisters.USBSTS_SYSTEM_ERROR) == 0) {
            LOG.log(
                    Level.WARNING,
                    "host system error: the driver gave 0x{0} for {1}; the controller stops until it is reset",
                    Long.toHexString(address),
                    what);
        }
        status |= OperationalRegisters.USBSTS_SYSTEM_ERROR;
        if (phase == Phase.RUNNING) {
            phase = Phase.STOPPING;
        }
    }

    void save(StateWriter state) {
        state.choice(phase).i32(command).i32(status);
    }

    void restore(StateReader state) {
        phase = state.choice("phase", Phase.class);
        command = state.i32("USBCMD", 0, COMMAND_KEPT);
        status = state.i32("USBSTS", 0, STATUS_CLEARABLE);
        StateReader.require((command & ~COMMAND_KEPT) == 0, "USBCMD", command);
        StateReader.require((status & ~STATUS_CLEARABLE) == 0, "USBSTS", status);
    }
}
