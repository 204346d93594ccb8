package ferrite.device.xhcicontroller;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.DeviceAddressMap;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolView;
import ferrite.buffer.RegionSource;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The driver's pool and the address map of the device, as the kernel has them: the controller reaches what is mapped.
final class MappedMemory implements RigMemory {
    private static final long MIB = 1L << 20;

    private final SharedBufferPool memory = new SharedBufferPool(
            "driver", new PoolParameters(0, 4 * MIB, 4 * MIB, false), RegionSource.heapless(new AddressSpace()));
    private final BufferPool pool = new PoolView(memory, new ViewArena("driver"));
    private final List<Stray> strays = new ArrayList<>();
    private final DeviceAddressMap map =
            new DeviceAddressMap("0000:00:04.0", (address, length, _) -> strays.add(new Stray(address, length)));
    private final DeviceMemory device = map.deviceMemory(new ViewArena("controller"));
    private final BufferSlice mapped = pool.acquire(MIB, 4096);
    private long used;

    MappedMemory() {
        map.map(mapped, Access.READ_WRITE);
    }

    /// What else the driver has: nothing of it is mapped yet.
    BufferPool pool() {
        return pool;
    }

    DeviceAddressMap map() {
        return map;
    }

    void close() {
        map.unmapAll();
        memory.closeForced();
    }

    @Override
    public long allocate(long length) {
        long address = mapped.address() + (used + 63 & -64);
        used = address + length - mapped.address();
        return address;
    }

    @Override
    public MemorySegment at(long address, long length) {
        return mapped.segment().asSlice(address - mapped.address(), length);
    }

    @Override
    public List<Stray> strays() {
        return strays;
    }

    @Override
    public Optional<BufferSlice> at(long address, long length, Access access) {
        return device.at(address, length, access);
    }

    @Override
    public long faults() {
        return device.faults();
    }
}
