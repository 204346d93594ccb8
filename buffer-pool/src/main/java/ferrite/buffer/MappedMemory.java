package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.device.DeviceMemory;
import java.util.Optional;

/// System memory as one device instance sees it.
final class MappedMemory implements DeviceMemory {
    private final DeviceAddressMap map;
    private final ViewArena view;

    MappedMemory(DeviceAddressMap map, ViewArena view) {
        this.map = map;
        this.view = view;
    }

    @Override
    public Optional<BufferSlice> at(long address, long length, Access access) {
        Mapping found = map.find(address, length, access);
        if (found == null) {
            map.stray(address, length, access);
            return Optional.empty();
        }
        Allocation root = found.root();
        Window window = new Window(root, address - root.address(), length, access, view);
        return Optional.of(new LentSlice(window, new MappingLoan(map, found, window)));
    }

    @Override
    public long faults() {
        return map.faults();
    }
}
