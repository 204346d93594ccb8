package ferrite.benchmarks.report;

import ferrite.benchmarks.host.LinePingPong;
import ferrite.benchmarks.host.Memory;
import ferrite.benchmarks.host.Processors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a benchmark ran, for its header.
public final class Machine {
    private static final int PROBES = 5;

    /// A load from which on somebody else is at work.
    private static final double BUSY = 1;

    private Machine() {}

    /// A few text lines. Takes about 0.1 s, because it measures how far the processors are from each other.
    public static List<String> describe() {
        StringBuilder trips = new StringBuilder();
        for (int i = 0; i < PROBES; i++) {
            trips.append(String.format(Locale.ROOT, " %.0f", LinePingPong.measure()));
        }
        List<String> lines = new ArrayList<>(List.of(
                "processor   " + processor() + ", " + Processors.count() + " for this process, "
                        + System.getProperty("os.arch"),
                "system      " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + (Memory.availableBytes() >> 20) + " MiB of memory available, load "
                        + String.format(Locale.ROOT, "%.1f", load()),
                "JVM         " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")
                        + ", SerialGC",
                "cache line  to the other processor and back:" + trips + " ns"));
        if (load() > BUSY) {
            lines.add("BUSY        others use the processors too: what two threads do together is not to be trusted");
        }
        return lines;
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException absent) {
            return "unknown processor";
        }
    }

    /// Of the last minute; 0 where the system does not tell.
    private static double load() {
        return Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
