package ferrite.device.pcihostbridge;

/// A range of bus addresses.
///
/// @param base first address
/// @param bytes how many, 0 and up
record MemoryWindow(long base, long bytes) {
    /// Whether a range lies in this one.
    boolean contains(long address, long length) {
        return address >= base && length >= 0 && length <= bytes && address - base <= bytes - length;
    }
}
