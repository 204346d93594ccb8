package ferrite.benchmarks;

import ferrite.benchmarks.engine.Effort;
import ferrite.benchmarks.report.Json;
import ferrite.benchmarks.report.Line;
import ferrite.benchmarks.report.Machine;
import ferrite.benchmarks.report.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// What `rings` and `pool` have in common: the options, and how the result is printed.
final class Bench {
    @Option(
            names = "--json",
            description = "Print one JSON array on standard output: an object for each line of the table.")
    private boolean json;

    @Option(names = "--quick", description = "Take less than a minute. The numbers are rough.")
    private boolean quick;

    Bench() {
        // Filled by picocli.
    }

    /// Measures into a folder that is removed afterwards.
    @FunctionalInterface
    interface Measurements {
        /// @param progress gets a line for each turn
        List<Line> run(Effort effort, Path folder, Consumer<String> progress) throws IOException;
    }

    /// Measures and prints: progress to standard error, the result to standard output.
    void run(Measurements measurements, Effort full, Effort brief) throws IOException {
        // Builds and tests elsewhere on the machine hold the same lock; they make noise, which the rounds are for.
        System.setProperty("jmh.ignoreLock", "true");
        long start = System.nanoTime();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        PrintStream header = json ? System.err : out;
        Machine.describe().forEach(header::println);
        header.flush();
        Path folder = Files.createTempDirectory("ferrite-bench");
        List<Line> lines;
        try {
            lines = measurements.run(quick ? brief : full, folder, System.err::println);
        } finally {
            remove(folder);
        }
        if (json) {
            out.println(Json.of(lines));
        } else {
            out.println();
            Table.of(lines).forEach(out::println);
            out.println();
            out.println(summary(lines, (System.nanoTime() - start) / 1e9));
        }
        out.flush();
    }

    private static String summary(List<Line> lines, double seconds) {
        long targets = lines.stream().filter(line -> line.met().isPresent()).count();
        long met = lines.stream().filter(line -> line.met().orElse(false)).count();
        return String.format(
                Locale.ROOT,
                "%d of %d targets met; %.0f s. Ratios are Ferrite's by the peer's.",
                met,
                targets,
                seconds);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
