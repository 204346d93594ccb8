package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.foreign.Arena;

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
    private final Runnable giveBack;

    private OffHeapMemory(Runnable giveBack) {
        this.giveBack = giveBack;
    }

    /// Private memory of the process. Below 32 MiB it counts against `-XX:MaxDirectMemorySize`.
    static SystemPages.Mapped anonymous(long bytes, Arena arena) {
        return bytes >= MAPPED_BYTES_LEAST && SystemPages.areSupported()
                ? SystemPages.map(bytes, arena)
                : allocated(bytes, arena);
    }

    /// The same on the largest pages there are.
    static SystemPages.Mapped hugePages(long bytes, Arena arena) {
        return SystemPages.areSupported() ? SystemPages.mapHuge(bytes, arena) : allocated(bytes, arena);
    }

    private static SystemPages.Mapped allocated(long bytes, Arena arena) {
        return new SystemPages.Mapped(arena.allocate(bytes, Region.PAGE_BYTES), PageKind.SMALL, null);
    }

    /// @param base reserved for this region
    /// @param giveBack run once the memory is unmapped, or if there is none
    /// @throws SchemeException ENOMEM
    static Region region(long base, Maker maker, Runnable giveBack) {
        OffHeapMemory made = new OffHeapMemory(giveBack);
        try {
            SystemPages.Mapped mapped = maker.make(made.arena);
            return new Region(base, mapped, made::free);
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
        giveBack.run();
    }
}
