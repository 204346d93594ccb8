package ferrite.driver.xhcid;

import ferrite.hw.xhci.CapabilityRegisters;
import ferrite.hw.xhci.ExtendedCapability;
import ferrite.hw.xhci.ExtendedCapability.UsbLegacySupport;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.PortRegisters;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// From reset to running (xHCI 1.2 §4.2).
final class BringUp {
    private static final System.Logger LOG = System.getLogger(BringUp.class.getName());
    private static final int POLLS_MAX = 1000;
    private static final long POLL_NANOS = 1_000_000;
    private static final long POWER_NANOS = 20_000_000;

    private final Context context;
    private final Registers registers;
    private final ControllerLayout layout;

    BringUp(Context context, Registers registers, ControllerLayout layout) {
        this.context = context;
        this.registers = registers;
        this.layout = layout;
    }

    /// Takes the controller from the firmware, halts and resets it. Afterwards it does no DMA.
    void reset() {
        takeFromFirmware();
        write(OperationalRegisters.USBCMD, 0);
        until(OperationalRegisters.USBSTS, OperationalRegisters.USBSTS_HALTED, true, "halt");
        write(OperationalRegisters.USBCMD, OperationalRegisters.USBCMD_RESET);
        until(OperationalRegisters.USBCMD, OperationalRegisters.USBCMD_RESET, false, "reset");
        until(OperationalRegisters.USBSTS, OperationalRegisters.USBSTS_NOT_READY, false, "become ready");
        if ((read(OperationalRegisters.PAGESIZE) & OperationalRegisters.PAGESIZE_4096) == 0) {
            throw new SchemeException(Errno.EPROTO, "the controller does not work with pages of 4096 bytes");
        }
    }

    /// Gives the controller its memory and lets it run.
    void run(ControllerMemory memory) {
        write(OperationalRegisters.CONFIG, layout.slots());
        registers.write64(
                layout.operational(OperationalRegisters.DCBAAP),
                memory.contexts().address());
        registers.write64(
                layout.operational(OperationalRegisters.CRCR),
                memory.commands().enqueueAddress() | OperationalRegisters.CRCR_RING_CYCLE_STATE);
        Interrupter.setUp(registers, layout, memory.events());
        write(
                OperationalRegisters.USBCMD,
                OperationalRegisters.USBCMD_RUN | OperationalRegisters.USBCMD_INTERRUPTER_ENABLE);
        until(OperationalRegisters.USBSTS, OperationalRegisters.USBSTS_HALTED, false, "run");
        powerPorts();
    }

    private void powerPorts() {
        boolean powered = false;
        for (int port = 1; layout.hasPortPower() && port <= layout.ports(); port++) {
            long register = layout.port(port) + PortRegisters.PORTSC;
            int status = registers.read32(register);
            if ((status & PortRegisters.PORTSC_POWER) == 0) {
                registers.write32(register, status & PortRegisters.PORTSC_PRESERVE_MASK | PortRegisters.PORTSC_POWER);
                powered = true;
            }
        }
        if (powered) {
            context.await(() -> false, POWER_NANOS);
        }
    }

    /// xHCI 1.2 §4.22.1: a firmware that owns the controller is asked to let go.
    private void takeFromFirmware() {
        long at = CapabilityRegisters.extendedCapabilities(layout.hccparams1());
        for (int i = 0; at > 0 && at + Integer.BYTES <= registers.bytes() && i < ExtendedCapability.ELEMENTS_MAX; i++) {
            long element = at;
            int word = registers.read32(element);
            if ((word & 0xFF) == UsbLegacySupport.ID && (word & UsbLegacySupport.BIOS_OWNED) != 0) {
                registers.write32(element, word | UsbLegacySupport.OS_OWNED);
                if (!poll(element, UsbLegacySupport.BIOS_OWNED, false)) {
                    LOG.log(System.Logger.Level.WARNING, "xhci: the firmware does not let go of the controller");
                }
                return;
            }
            int next = word >>> 8 & 0xFF;
            if (next == 0) {
                return;
            }
            at += (long) Integer.BYTES * next;
        }
    }

    private int read(int register) {
        return registers.read32(layout.operational(register));
    }

    private void write(int register, int value) {
        registers.write32(layout.operational(register), value);
    }

    private void until(int register, int bit, boolean set, String what) {
        if (!poll(layout.operational(register), bit, set)) {
            throw new SchemeException(Errno.ETIMEDOUT, "the xHCI controller does not " + what);
        }
    }

    private boolean poll(long register, int bit, boolean set) {
        for (int i = 0; i < POLLS_MAX; i++) {
            int value = registers.read32(register);
            if (value == Registers.NOBODY) {
                throw new SchemeException(Errno.ENODEV, "the xHCI controller");
            }
            if ((value & bit) != 0 == set) {
                return true;
            }
            context.await(() -> false, POLL_NANOS);
        }
        return false;
    }
}
