package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory and addresses of one region, from the first to the last.
final class OffHeapMemory {
    /// From this size on, memory comes from the operating system without being zeroed by the JVM, bytes. Smaller
    /// regions are zeroed faster than the system call is linked.
    private static final long MAPPED_BYTES_LEAST = 32L << 20;

    /// Makes the memory: allocates, or maps a file.
    @FunctionalInterface
    interface Maker {
        SystemPages.Mapped make(Arena arena) throws IOException;
    }

    private final Arena arena = Arena.ofShared();
    private final AddressSpace addresses;
    private final long base;

    private OffHeapMemory(AddressSpace addresses, long base) {
        this.addresses = addresses;
        this.base = base;
    }

    /// Private memory of the process. Below 32 MiB it counts against `-XX:MaxDirectMemorySize`.
    static Region anonymous(long bytes, AddressSpace addresses, long base) {
        return region(
                addresses,
                base,
                arena -> bytes >= MAPPED_BYTES_LEAST && SystemPages.areSupported()
                        ? SystemPages.map(bytes, arena)
                        : allocated(bytes, arena));
    }

    /// The same on the largest pages there are.
    static Region hugePages(long bytes, AddressSpace addresses, long base) {
        return region(
                addresses,
                base,
                arena -> SystemPages.areSupported() ? SystemPages.mapHuge(bytes, arena) : allocated(bytes, arena));
    }

    private static SystemPages.Mapped allocated(long bytes, Arena arena) {
        return small(arena.allocate(bytes, Region.PAGE_BYTES));
    }

    static SystemPages.Mapped small(MemorySegment memory) {
        return new SystemPages.Mapped(memory, PageKind.SMALL);
    }

    /// @param base reserved for this region; given back if there is no memory for it
    /// @throws SchemeException ENOMEM
    static Region region(AddressSpace addresses, long base, Maker maker) {
        OffHeapMemory made = new OffHeapMemory(addresses, base);
        try {
            SystemPages.Mapped mapped = maker.make(made.arena);
            return new Region(base, mapped.memory(), mapped.kind(), made::free);
        } catch (IOException | OutOfMemoryError failure) {
            made.free();
            throw new SchemeException(Errno.ENOMEM, "no memory for a region: " + failure);
        } catch (SchemeException refused) {
            made.free();
            throw refused;
        }
    }

    private void free() {
        arena.close();
        addresses.release(base);
    }
}
