package ferrite.spi.device;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import java.util.Optional;

/// System memory as one device sees it: only what its driver has mapped for it.
///
/// A stray access is counted and logged with device, address and length, and fails that transfer alone.
public interface DeviceMemory {

    /// The bytes at a device address.
    ///
    /// @param address as the driver wrote it into a structure
    /// @param length bytes, 0 and up
    /// @return empty if a byte of the range is not mapped with that access, or the range spans two mappings
    Optional<BufferSlice> at(long address, long length, Access access);

    /// Stray accesses since the start.
    long faults();
}
