package ferrite.hw.xhci;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The control dword of a [Trb]: which of its bits mean something by type, and its ordered access.
final class ControlWord {
    /// Bits of a pointer to something aligned to 16 bytes.
    static final long POINTER = -16L;
    /// Bit 2 of a transfer event.
    static final int EVENT_DATA = 1 << 2;
    /// Bit 9 of a command: block set address, deconfigure, transfer state preserve.
    static final int BIT_9 = 1 << 9;
    /// Bit 16 of data and status stages: direction.
    static final int IN = 1 << 16;
    /// Bit 23 of Stop Endpoint.
    static final int SUSPEND = 1 << 23;

    /// Also of Link and No Op: bit 1 is evaluate next or toggle cycle.
    static final int STATUS_FLAGS = Trb.EVALUATE_NEXT | Trb.CHAIN | Trb.INTERRUPT_ON_COMPLETION;

    static final int SETUP_FLAGS = Trb.INTERRUPT_ON_COMPLETION | Trb.IMMEDIATE_DATA;
    static final int EVENT_DATA_FLAGS = STATUS_FLAGS | Trb.BLOCK_EVENT_INTERRUPT;
    static final int DATA_FLAGS = STATUS_FLAGS | Trb.INTERRUPT_ON_SHORT_PACKET | Trb.NO_SNOOP | Trb.IMMEDIATE_DATA;
    static final int NORMAL_FLAGS = DATA_FLAGS | Trb.BLOCK_EVENT_INTERRUPT;

    private static final VarHandle WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private ControlWord() {}

    static int getAcquire(MemorySegment ring, long at) {
        // ORDER: acquire; pairs with setRelease below, called by Trb.write() on the other side.
        return (int) WORD.getAcquire(ring, at);
    }

    static void setRelease(MemorySegment ring, long at, int control) {
        // ORDER: release; pairs with getAcquire above, called by Trb.cycle() on the other side.
        WORD.setRelease(ring, at, control);
    }
}
