package ferrite.buffer;

import ferrite.spi.error.Errno;
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

    /// A new region whose base is a multiple of `alignment`, as large as without: addresses are numbers and cost
    /// nothing.
    ///
    /// A source that does not say otherwise has none above [AddressSpace#BASE_ALIGNMENT_BYTES].
    ///
    /// @param bytes exact size, a multiple of [Region#PAGE_BYTES]
    /// @param alignment power of two, [AddressSpace#BASE_ALIGNMENT_BYTES] and up
    /// @throws SchemeException ENOMEM if there is no memory or no such address range
    default Region create(long bytes, long alignment) {
        if (alignment > AddressSpace.BASE_ALIGNMENT_BYTES) {
            throw new SchemeException(Errno.ENOMEM, "no region at a multiple of " + alignment);
        }
        return create(bytes);
    }

    /// Private memory of this process, at addresses from 4 GiB.
    static RegionSource heapless(AddressSpace addresses) {
        return new PrivateRegions(addresses, AddressSpace::reserve, OffHeapMemory::anonymous);
    }

    /// Private memory of this process on huge pages, at addresses from 4 GiB: reserved ones if the machine has some
    /// left and the region is a multiple of 2 MiB, else transparent ones, else small ones; [Region#pages] says which.
    static RegionSource hugePages(AddressSpace addresses) {
        return new PrivateRegions(addresses, AddressSpace::reserve, OffHeapMemory::hugePages);
    }

    /// Private memory of this process at addresses below 2 GiB, for devices with 32 address bits.
    static RegionSource below4GiB(AddressSpace addresses) {
        return new PrivateRegions(addresses, AddressSpace::reserveBelow4GiB, OffHeapMemory::anonymous);
    }

    /// A file that other processes can map, at addresses from 4 GiB. A region stands behind what the file has already,
    /// or where a former region of this source stood, which is zeroed before; [Region#file] and
    /// [ferrite.spi.buffer.BufferSlice#fileOffset] say where. The file grows with the regions and does not
    /// get shorter, so that a mapping of another process stays whole: it is as long as the most bytes that were in
    /// regions at one time, and what regions of different sizes left between them.
    ///
    /// Nobody may make the file shorter while it is in use. Touching a segment whose bytes are cut off throws
    /// [InternalError], at the access or shortly after it (the JVM's form of a bus error); in a pool's debug mode the
    /// pool itself touches them and throws EIO. Setting the length back makes the bytes reachable again, as zeros.
    ///
    /// @param file is created if it is not there
    static RegionSource mappedFile(AddressSpace addresses, Path file) {
        return new MappedFile(addresses, file, false);
    }

    /// [#mappedFile] in a file of this source's own: the first region replaces what stands under that name by a file
    /// that only the user of this process can open, and the last one deletes it.
    ///
    /// @param file in a folder that is there
    static RegionSource temporaryFile(AddressSpace addresses, Path file) {
        return new MappedFile(addresses, file, true);
    }
}
