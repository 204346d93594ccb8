package ferrite.spi.buffer;

import ferrite.spi.error.SchemeException;

/// What one device may touch, seen from its driver: the entries of that device's address map.
///
/// The driver writes the returned device address into the structures that the device reads. A mapping outlives a
/// swap of the driver; it ends with [#unmap] or with the context.
public interface DmaMap {

    /// Lets the device touch the slice's bytes. They are guarded until [#unmap].
    ///
    /// @param access READ: the device reads them
    /// @return the address as the device sees it
    /// @throws SchemeException EFAULT if the slice is not live, EACCES if the driver itself lacks that access
    long map(BufferSlice slice, Access access);

    /// Ends a mapping.
    ///
    /// @param address what [#map] returned
    /// @throws SchemeException EINVAL if nothing is mapped there
    void unmap(long address);
}
