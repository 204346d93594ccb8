package ferrite.buffer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Anonymous memory straight from the operating system: zeroed page by page when first touched, on huge pages if wished
/// and there are some. Linux on 64 bits only; the numbers are those of `<sys/mman.h>` there.
final class SystemPages {
    /// Size of a huge page, bytes.
    static final long HUGE_PAGE_BYTES = 2L << 20;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_HUGETLB_2MIB = 0x40000 | 21 << 26;
    private static final int MADV_HUGEPAGE = 14;
    private static final Path TRANSPARENT = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    /// A mapping and what it stands on.
    ///
    /// @param file null: private memory
    record Mapped(
            MemorySegment memory, PageKind kind, @Nullable FileRange file) {}

    private SystemPages() {}

    /// Linked when first used: linking takes longer than most machines take to start.
    @SuppressWarnings("restricted") // this module is the one with native access
    private static final class Calls {
        private static final MethodHandle MMAP = link(
                "mmap",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        private static final MethodHandle MUNMAP = link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        private static final MethodHandle MADVISE =
                link("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

        private static MethodHandle link(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }
    }

    static boolean areSupported() {
        return System.getProperty("os.name").equals("Linux") && ADDRESS.byteSize() == Long.BYTES;
    }

    /// Unmapped when the arena closes.
    ///
    /// @param bytes whole pages
    /// @throws SchemeException ENOMEM
    static Mapped map(long bytes, Arena arena) {
        return new Mapped(mapped(bytes, 0, arena), PageKind.SMALL, null);
    }

    /// [#map] on the largest pages that the machine has: reserved huge pages, else transparent ones, else small ones.
    static Mapped mapHuge(long bytes, Arena arena) {
        if (bytes % HUGE_PAGE_BYTES == 0) {
            try {
                return new Mapped(mapped(bytes, MAP_HUGETLB_2MIB, arena), PageKind.HUGE, null);
            } catch (SchemeException noneReserved) {
                // fall back
            }
        }
        MemorySegment wide = mapped(bytes + HUGE_PAGE_BYTES, 0, arena);
        long skip = Bits.roundUp(wide.address(), HUGE_PAGE_BYTES) - wide.address();
        MemorySegment memory = wide.asSlice(skip, bytes);
        boolean advised = hasTransparent() && advise(memory);
        return new Mapped(memory, advised ? PageKind.TRANSPARENT_HUGE : PageKind.SMALL, null);
    }

    private static boolean hasTransparent() {
        try {
            return !Files.readString(TRANSPARENT).contains("[never]");
        } catch (IOException none) {
            return false;
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment mapped(long bytes, int flags, Arena arena) {
        long address;
        try {
            address = (long) Calls.MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS | flags, -1, 0L);
        } catch (Throwable broken) {
            throw new IllegalStateException("mmap cannot be called", broken);
        }
        if (address == -1) {
            throw new SchemeException(Errno.ENOMEM, "the system gives no " + bytes + " bytes");
        }
        // BOUNDS: what mmap returned, up to the munmap when the arena closes.
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, SystemPages::unmap);
    }

    private static boolean advise(MemorySegment memory) {
        try {
            return (int) Calls.MADVISE.invokeExact(memory, memory.byteSize(), MADV_HUGEPAGE) == 0;
        } catch (Throwable broken) {
            throw new IllegalStateException("madvise cannot be called", broken);
        }
    }

    private static void unmap(MemorySegment memory) {
        try {
            int failed = (int) Calls.MUNMAP.invokeExact(memory, memory.byteSize());
            if (failed != 0) {
                throw new IllegalStateException("munmap of " + memory + " failed");
            }
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Throwable broken) {
            throw new IllegalStateException("munmap cannot be called", broken);
        }
    }
}
