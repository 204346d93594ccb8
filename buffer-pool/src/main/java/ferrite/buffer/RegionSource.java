package ferrite.buffer;

import ferrite.spi.error.SchemeException;
import java.nio.file.Path;

/// Who makes regions for a pool that wants to grow.
///
/// Called under the pool's lock: it must not call back into the pool.
@FunctionalInterface
public interface RegionSource {

    /// A new region.
    ///
    /// @param bytes exact size, a multiple of [Region#PAGE_BYTES]
    /// @throws SchemeException ENOMEM if there is no memory or no address range
    Region create(long bytes);

    /// Private memory of this process, at addresses from 4 GiB.
    static RegionSource heapless(AddressSpace addresses) {
        return bytes -> OffHeapMemory.anonymous(bytes, addresses, addresses.reserve(bytes));
    }

    /// Private memory of this process on huge pages, at addresses from 4 GiB: reserved ones if the machine has some left
    /// and the region is a multiple of 2 MiB, else transparent ones, else small ones; [Region#pages] says which.
    static RegionSource hugePages(AddressSpace addresses) {
        return bytes -> OffHeapMemory.hugePages(bytes, addresses, addresses.reserve(bytes));
    }

    /// Private memory of this process at addresses below 2 GiB, for devices with 32 address bits.
    static RegionSource below4GiB(AddressSpace addresses) {
        return bytes -> OffHeapMemory.anonymous(bytes, addresses, addresses.reserveBelow4GiB(bytes));
    }

    /// A file that other processes can map, at addresses from 4 GiB. Each region is appended to the file; the file
    /// does not shrink when a region goes.
    ///
    /// @param file is created if it is not there
    static RegionSource mappedFile(AddressSpace addresses, Path file) {
        return new MappedFile(addresses, file);
    }
}
