package ferrite.device.xhcicontroller;

import ferrite.spi.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// System memory from both sides: the driver's, which allocates and touches it, and the controller's.
interface RigMemory extends DeviceMemory {
    /// An access that reached nothing, as the address map reports it with the name of the device.
    record Stray(long address, long length) {}

    /// Takes bytes that the controller may read and write, the first at a multiple of 64.
    ///
    /// @return their device address
    long allocate(long length);

    /// The driver's view of what it has allocated.
    MemorySegment at(long address, long length);

    /// All of them, the oldest first.
    List<Stray> strays();
}
