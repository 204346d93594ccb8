package ferrite.device.xhcicontroller;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// System memory as the controller sees it: nothing, while it is not bus master. A stray address is a value, [#STRAY],
/// never an exception.
final class HostMemory {
    /// Nothing is mapped there.
    static final MemorySegment STRAY = MemorySegment.NULL;

    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long WORD_MASK = Integer.BYTES - 1L;

    private final DeviceMemory memory;
    private final PciFunction function;

    HostMemory(DeviceMemory memory, PciFunction function) {
        this.memory = memory;
        this.function = function;
    }

    /// Data of a transfer.
    Optional<BufferSlice> data(long address, long bytes, Access access) {
        return function.busMaster() ? memory.at(address, bytes, access) : Optional.empty();
    }

    /// A structure that the controller reads or writes itself; aligned to 4 bytes, as ordered access needs it.
    MemorySegment structure(long address, long bytes, Access access) {
        Optional<BufferSlice> slice = data(address, bytes, access);
        if (slice.isEmpty()) {
            return STRAY;
        }
        MemorySegment segment = slice.get().segment();
        return (segment.address() & WORD_MASK) == 0 ? segment : STRAY;
    }

    static boolean isStray(MemorySegment segment) {
        return segment.byteSize() == 0;
    }

    static long i64(MemorySegment segment, long at) {
        return segment.get(I64, at);
    }
}
