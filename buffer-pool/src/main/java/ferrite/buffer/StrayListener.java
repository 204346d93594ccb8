package ferrite.buffer;

import ferrite.spi.buffer.Access;

/// Hears of each access of a device to memory that was not mapped for it.
///
/// Called on the device's thread, no lock held; must not block.
@FunctionalInterface
public interface StrayListener {

    /// @param address as the device asked
    /// @param length bytes, as the device asked; may be nonsense
    /// @param access as the device asked
    void stray(long address, long length, Access access);
}
