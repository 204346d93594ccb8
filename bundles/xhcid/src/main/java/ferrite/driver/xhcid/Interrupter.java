package ferrite.driver.xhcid;

import ferrite.hw.xhci.RuntimeRegisters;

/// Interrupter 0: where the controller puts events and how it asks for attention (xHCI 1.2 §4.17, §5.5.2).
final class Interrupter {
    private Interrupter() {}

    /// Gives the controller its event ring. The order is the specification's: size, dequeue place, then the table,
    /// whose write starts the ring (§4.2).
    static void setUp(Registers registers, ControllerLayout layout, EventRing events) {
        long set = layout.interrupter(0);
        registers.write32(set + RuntimeRegisters.ERSTSZ, 1);
        registers.write64(set + RuntimeRegisters.ERDP, events.dequeueAddress());
        registers.write64(set + RuntimeRegisters.ERSTBA, events.table().address());
        registers.write32(set + RuntimeRegisters.IMOD, 0);
        registers.write32(set + RuntimeRegisters.IMAN, RuntimeRegisters.IMAN_ENABLE | RuntimeRegisters.IMAN_PENDING);
    }

    /// Tells the controller how far events were taken, and that the next one may interrupt again. If one came
    /// meanwhile, the controller interrupts at once (§4.17.2), so none is lost.
    static void acknowledge(Registers registers, ControllerLayout layout, EventRing events) {
        registers.write64(
                layout.interrupter(0) + RuntimeRegisters.ERDP,
                events.dequeueAddress() | RuntimeRegisters.ERDP_EVENT_HANDLER_BUSY);
    }
}
