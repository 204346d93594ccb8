package ferrite.device.xhcicontroller;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.device.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// 1 MiB of system memory that the driver has mapped, with a bump allocator.
final class FakeMemory implements DeviceMemory {
    static final long BASE = 0x1_0000_0000L;
    static final long BYTES = 1 << 20;
    /// An address where nothing is mapped.
    static final long STRAY = 0xDEAD_0000L;

    private final MemorySegment bytes = Arena.ofAuto().allocate(BYTES, 4096);
    private long next = BASE;
    private long faults;

    long allocate(long length) {
        long address = (next + 63) & -64;
        next = address + length;
        return address;
    }

    MemorySegment at(long address, long length) {
        return bytes.asSlice(address - BASE, length);
    }

    @Override
    public Optional<BufferSlice> at(long address, long length, Access access) {
        long offset = address - BASE;
        if (offset < 0 || offset > BYTES - length) {
            faults++;
            return Optional.empty();
        }
        return Optional.of(new FakeSlice(bytes.asSlice(offset, length), offset, access));
    }

    @Override
    public long faults() {
        return faults;
    }
}
