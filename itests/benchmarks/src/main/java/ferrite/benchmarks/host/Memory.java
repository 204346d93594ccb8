package ferrite.benchmarks.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much memory this machine can still give.
public final class Memory {
    private static final String AVAILABLE = "MemAvailable:";

    private Memory() {}

    /// What new programs can have without swapping, bytes; `Long.MAX_VALUE` where the system does not tell.
    public static long availableBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith(AVAILABLE))
                    .mapToLong(line -> Long.parseLong(line.substring(AVAILABLE.length(), line.length() - 2)
                                    .strip())
                            << 10)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException absent) {
            return Long.MAX_VALUE;
        }
    }
}
