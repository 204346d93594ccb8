package ferrite.driver.xhcid;

import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.InputControlContext;
import ferrite.hw.xhci.SlotContext;
import java.lang.foreign.MemorySegment;

/// What commands about a device are told, written into its input context (xHCI 1.2 §6.2.5): a control context, the
/// slot context, then endpoint contexts by device context index.
final class InputContext {
    /// Contexts in it: control, slot, 31 endpoints.
    static final int CONTEXTS = 33;

    private final DeviceSlot device;
    private final MemorySegment segment;
    private final int stride;

    /// An input context without anything in it.
    InputContext(DeviceSlot device) {
        this.device = device;
        this.segment = device.inputContext().segment();
        this.stride = device.contextBytes();
        segment.fill((byte) 0);
    }

    /// Which contexts the command looks at.
    InputContext control(int drop, int add) {
        InputControlContext.of(drop, add).encode(segment, 0);
        return this;
    }

    InputContext slot(SlotContext context) {
        context.encode(segment, stride);
        return this;
    }

    InputContext endpoint(int dci, EndpointContext context) {
        context.encode(segment, (dci + 1L) * stride);
        return this;
    }

    /// Device address, for the command.
    long address() {
        return device.inputContext().address();
    }
}
