package ferrite.driver.xhcid;

import ferrite.driver.xhcid.UsbConfiguration.EndpointEntry;
import ferrite.hw.usb.TransferType;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.usb.UsbSpeed;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.EndpointType;

/// What the controller is told of an endpoint, from its descriptors (xHCI 1.2 §4.8.2, §6.2.3).
final class EndpointPlan {
    private static final int BULK_AVERAGE_BYTES = 3 * 1024; // §4.14.1.1
    private static final int INTERRUPT_AVERAGE_BYTES = 1024;
    private static final int CONTROL_AVERAGE_BYTES = 8;
    private static final int EXTRA_TRANSACTIONS_SHIFT = 11;
    private static final int INTERVAL_MAX = 15;

    private EndpointPlan() {}

    /// The control endpoint.
    static EndpointContext control(int packetBytes, long dequeue) {
        return EndpointContext.of(
                EndpointType.CONTROL, new EndpointContext.Packets(packetBytes, 0, 0), dequeue, CONTROL_AVERAGE_BYTES);
    }

    /// A bulk or interrupt endpoint.
    static EndpointContext of(EndpointEntry entry, UsbSpeed speed, long dequeue) {
        UsbDescriptor.Endpoint header = entry.header();
        boolean interrupt = header.transferType() == TransferType.INTERRUPT;
        int burst = burst(entry, speed);
        int payload = interrupt ? header.maxPacketBytes() * (burst + 1) : 0;
        return new EndpointContext(
                EndpointState.DISABLED,
                EndpointType.of(header.transferType(), entry.address().in()),
                new EndpointContext.Packets(header.maxPacketBytes(), burst, 0),
                interrupt ? interval(header.interval(), speed) : 0,
                EndpointContext.ERROR_COUNT,
                EndpointContext.Streams.NONE,
                dequeue,
                true,
                interrupt ? INTERRUPT_AVERAGE_BYTES : BULK_AVERAGE_BYTES,
                payload);
    }

    private static int burst(EndpointEntry entry, UsbSpeed speed) {
        return switch (speed) {
            case SUPER -> Math.min(entry.companion().maxBurst(), 15);
            case HIGH ->
                entry.header().transferType() == TransferType.INTERRUPT
                        ? entry.header().maxPacketSize() >>> EXTRA_TRANSACTIONS_SHIFT & 3
                        : 0;
            case FULL, LOW -> 0;
        };
    }

    /// The exponent of 125 µs (§6.2.3.6): high and super speed say exponent + 1, full and low speed say
    /// milliseconds.
    static int interval(int value, UsbSpeed speed) {
        return switch (speed) {
            case SUPER, HIGH -> Math.clamp(value - 1L, 0, INTERVAL_MAX);
            case FULL, LOW -> Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.clamp(value, 1, 255) * 8);
        };
    }
}
