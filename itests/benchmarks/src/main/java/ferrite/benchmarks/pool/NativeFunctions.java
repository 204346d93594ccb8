package ferrite.benchmarks.pool;

import ferrite.benchmarks.host.NativeLibrary;
import java.util.List;
import java.util.Optional;

/// The allocators of the system and how they are called.
@SuppressWarnings("ImmutableEnumChecker") // its list is
enum NativeFunctions {
    GLIBC("glibc malloc", "aligned_alloc", "free", "libc.so.6"),
    JEMALLOC("jemalloc", "aligned_alloc", "free", "libjemalloc.so.2", "libjemalloc.so"),
    MIMALLOC(
            "mimalloc",
            "mi_malloc_aligned",
            "mi_free",
            "libmimalloc.so.3",
            "libmimalloc.so.2",
            "libmimalloc.so.2.0",
            "libmimalloc.so");

    private final String text;
    private final String acquire;
    private final String release;
    private final List<String> files;

    NativeFunctions(String text, String acquire, String release, String... files) {
        this.text = text;
        this.acquire = acquire;
        this.release = release;
        this.files = List.of(files);
    }

    String text() {
        return text;
    }

    /// Name of a function of two sizes.
    String acquire() {
        return acquire;
    }

    String release() {
        return release;
    }

    /// Names that the library may have.
    List<String> files() {
        return files;
    }

    /// Order of the two sizes: mimalloc has the bytes first, C11's `aligned_alloc` the alignment.
    boolean takesBytesFirst() {
        return this == MIMALLOC;
    }

    Optional<NativeLibrary> library() {
        return NativeLibrary.find(files);
    }
}
