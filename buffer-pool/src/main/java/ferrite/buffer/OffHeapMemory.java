package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory and addresses of one region, from the first to the last.
final class OffHeapMemory {
    /// Makes the memory: allocates, or maps a file.
    @FunctionalInterface
    interface Maker {
        MemorySegment make(Arena arena) throws IOException;
    }

    private final Arena arena = Arena.ofShared();
    private final AddressSpace addresses;
    private final long base;

    private OffHeapMemory(AddressSpace addresses, long base) {
        this.addresses = addresses;
        this.base = base;
    }

    /// Private memory of the process. Counts against `-XX:MaxDirectMemorySize`.
    static Region anonymous(long bytes, AddressSpace addresses, long base) {
        return region(addresses, base, arena -> arena.allocate(bytes, Region.PAGE_BYTES));
    }

    /// @param base reserved for this region; given back if there is no memory for it
    /// @throws SchemeException ENOMEM
    static Region region(AddressSpace addresses, long base, Maker maker) {
        OffHeapMemory made = new OffHeapMemory(addresses, base);
        try {
            return new Region(base, maker.make(made.arena), made::free);
        } catch (IOException | OutOfMemoryError failure) {
            made.free();
            throw new SchemeException(Errno.ENOMEM, "no memory for a region: " + failure);
        }
    }

    private void free() {
        arena.close();
        addresses.release(base);
    }
}
