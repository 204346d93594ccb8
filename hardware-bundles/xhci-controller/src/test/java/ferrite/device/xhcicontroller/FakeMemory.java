package ferrite.device.xhcicontroller;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.testkit.fake.FakeSlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// 1 MiB of system memory that the driver has mapped, with a bump allocator.
final class FakeMemory implements RigMemory {
    static final long BASE = 0x1_0000_0000L;
    static final long BYTES = 1 << 20;
    /// An address where nothing is mapped.
    static final long STRAY = 0xDEAD_0000L;

    private final MemorySegment bytes = Arena.ofAuto().allocate(BYTES, 4096);
    private long next = BASE;
    private final List<Stray> strays = new ArrayList<>();

    @Override
    public long allocate(long length) {
        long address = (next + 63) & -64;
        next = address + length;
        return address;
    }

    @Override
    public MemorySegment at(long address, long length) {
        return bytes.asSlice(address - BASE, length);
    }

    @Override
    public List<Stray> strays() {
        return strays;
    }

    @Override
    public Optional<BufferSlice> at(long address, long length, Access access) {
        long offset = address - BASE;
        if (offset < 0 || offset > BYTES - length) {
            strays.add(new Stray(address, length));
            return Optional.empty();
        }
        return Optional.of(FakeSlice.of(bytes.asSlice(offset, length), offset, access));
    }

    @Override
    public long faults() {
        return strays.size();
    }
}
