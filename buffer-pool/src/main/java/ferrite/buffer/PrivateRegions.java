package ferrite.buffer;

import java.lang.foreign.Arena;

/// Regions in private memory of this process: a range of addresses, and memory for it.
///
/// @param range where the addresses come from
/// @param maker where the memory comes from
record PrivateRegions(AddressSpace addresses, Range range, Maker maker) implements RegionSource {

    /// [AddressSpace#reserve(long, long)] or its low counterpart.
    @FunctionalInterface
    interface Range {
        long reserve(AddressSpace addresses, long bytes, long alignment);
    }

    /// Makes so many bytes.
    @FunctionalInterface
    interface Maker {
        SystemPages.Mapped make(long bytes, Arena arena);
    }

    @Override
    public Region create(long bytes) {
        return create(bytes, AddressSpace.BASE_ALIGNMENT_BYTES);
    }

    @Override
    public Region create(long bytes, long alignment) {
        long base = range.reserve(addresses, bytes, alignment);
        return OffHeapMemory.region(base, arena -> maker.make(bytes, arena), () -> addresses.release(base));
    }
}
