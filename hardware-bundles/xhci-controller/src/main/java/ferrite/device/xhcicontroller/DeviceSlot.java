package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.SlotState;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One enabled device slot: its state, its endpoints and its output device context in system memory (xHCI 1.2 §4.5).
final class DeviceSlot {
    private static final int STATE_MASK = 7;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int id;
    private final HostMemory memory;
    private final RunState run;
    private final @Nullable Endpoint[] endpoints = new Endpoint[MemoryMap.CONTEXTS];
    private SlotState state = SlotState.DISABLED_OR_ENABLED;
    private int port;
    private long output;

    DeviceSlot(int id, HostMemory memory, RunState run) {
        this.id = id;
        this.memory = memory;
        this.run = run;
    }

    int id() {
        return id;
    }

    SlotState state() {
        return state;
    }

    /// Root hub port, 0 = none yet.
    int port() {
        return port;
    }

    /// An endpoint, enabled or not.
    ///
    /// @param index device context index, 1..31
    Endpoint endpoint(int index) {
        Endpoint endpoint = endpoints[index];
        if (endpoint == null) {
            endpoint = new Endpoint(id, index, memory);
            endpoints[index] = endpoint;
        }
        return endpoint;
    }

    /// The device gets its port and its output context.
    void attach(int rootHubPort, long outputContext) {
        port = rootHubPort;
        output = outputContext;
    }

    /// Writes the slot context.
    void write(SlotContext context) {
        state = context.state();
        context.encode(output(0), 0);
    }

    /// What the slot context says now.
    SlotContext read() {
        return SlotContext.decode(output(0), 0);
    }

    /// Writes the context of an endpoint as the driver gave it, in the state that the endpoint has.
    void write(Endpoint endpoint, EndpointContext context) {
        context.with(endpoint.state).encode(output(endpoint.index), 0);
    }

    /// What the context of an endpoint says now.
    EndpointContext read(Endpoint endpoint) {
        return EndpointContext.decode(output(endpoint.index), 0);
    }

    /// Moves an endpoint to another state and tells the driver, with the place in the ring.
    void setState(Endpoint endpoint, EndpointState next) {
        endpoint.state = next;
        MemorySegment at = output(endpoint.index);
        at.set(I32, 0, (at.get(I32, 0) & ~STATE_MASK) | next.code());
        at.set(I64, EndpointContext.DEQUEUE, endpoint.dequeue() | (endpoint.dequeueCycle() ? 1 : 0));
    }

    /// One output context; some memory of no consequence after a host system error.
    private MemorySegment output(int index) {
        long address = output + (long) index * MemoryMap.CONTEXT_BYTES;
        MemorySegment at = memory.structure(address, MemoryMap.CONTEXT_BYTES, Access.READ_WRITE);
        if (HostMemory.isStray(at)) {
            run.hostSystemError("output context " + index + " of slot " + id, address);
            return MemorySegment.ofArray(new byte[MemoryMap.CONTEXT_BYTES]);
        }
        return at;
    }

    void save(StateWriter out) {
        out.choice(state).i32(port).i64(output);
        for (int i = 1; i < endpoints.length; i++) {
            Endpoint endpoint = endpoints[i];
            out.flag(endpoint != null);
            if (endpoint != null) {
                endpoint.save(out);
            }
        }
    }

    void restore(StateReader in, RootHub hub, BufferPool pool) {
        state = in.choice("slot state", SlotState.class);
        port = in.i32("root hub port", 0, hub.count());
        output = in.i64("output context", Long.MIN_VALUE, Long.MAX_VALUE);
        for (int i = 1; i < endpoints.length; i++) {
            if (in.flag("endpoint is there")) {
                endpoint(i).restore(in, pool, hub.findLink(port));
            }
        }
    }
}
