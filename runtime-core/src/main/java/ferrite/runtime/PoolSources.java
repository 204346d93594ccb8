package ferrite.runtime;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.RegionSource;
import java.nio.file.Files;
import java.util.regex.Pattern;

/// Makes the memory of each context's pool, in the one address space of a kernel.
final class PoolSources {
    private static final Pattern NOT_IN_FILE_NAMES = Pattern.compile("[^A-Za-z0-9._+#-]");

    private final AddressSpace addresses = new AddressSpace();
    private final PoolMemory memory;

    /// @throws IllegalArgumentException if the folder for files is not there
    PoolSources(PoolMemory memory) {
        if (memory instanceof PoolMemory.InFiles(var folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("memory in files: " + folder + " is no folder; make it first");
        }
        this.memory = memory;
    }

    /// @param pool its name; no other pool has it
    RegionSource of(String pool) {
        return switch (memory) {
            case PoolMemory.Anonymous _ -> RegionSource.heapless(addresses);
            case PoolMemory.HugePages _ -> RegionSource.hugePages(addresses);
            case PoolMemory.InFiles(var folder) ->
                RegionSource.temporaryFile(
                        addresses,
                        folder.resolve(NOT_IN_FILE_NAMES.matcher(pool).replaceAll("_")));
        };
    }

    /// For devices with 32 address bits.
    RegionSource low() {
        return RegionSource.below4GiB(addresses);
    }
}
