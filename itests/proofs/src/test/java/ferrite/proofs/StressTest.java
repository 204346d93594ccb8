package ferrite.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each stress test for a moment, in one configuration of the virtual machine. `./run` takes all configurations.
class StressTest {
    private static final long LIMIT_SECONDS = 400;
    private static final Path SOURCES = Path.of("src", "main", "java");

    /// The line that jcstress prints now and then, and at the end.
    private static final Pattern RESULTS = Pattern.compile(
            "\\(Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard errs\\)");

    @Test
    void noForbiddenOutcomeIsSeen(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process jcstress = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.openjdk.jcstress.Main",
                        "-jvmArgs",
                        "--enable-native-access=ALL-UNNAMED -XX:MaxDirectMemorySize=2g",
                        "-strideSize",
                        "64",
                        "-strideCount",
                        "40",
                        "-f",
                        "1",
                        "-iters",
                        "1",
                        "-time",
                        "500",
                        "-sc",
                        "false",
                        "-af",
                        "NONE",
                        "-hs",
                        "256",
                        "-r",
                        folder.toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = jcstress.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            jcstress.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(ended).as("%s", text).isTrue();
        assertThat(jcstress.exitValue()).as("%s", text).isZero();
        assertThat(text).contains("Failed tests: No matches").contains("Error tests: No matches");
        long tests = writtenTests();
        assertThat(tests).isPositive();
        assertThat(lastResults(text))
                .as("planned, passed, failed, soft and hard errors; each of %s tests is run once: %s", tests, text)
                .containsExactly(tests, tests, 0L, 0L, 0L);
    }

    /// jcstress passes over a test that it does not find or for which there are too few processors, and calls that success.
    private static long writtenTests() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(StressTest::isTest).count();
        }
    }

    private static boolean isTest(Path file) {
        try {
            return Files.isRegularFile(file) && Files.readAllLines(file).contains("@JCStressTest");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Long> lastResults(String text) {
        return RESULTS.matcher(text)
                .results()
                .reduce((_, last) -> last)
                .map(last -> IntStream.rangeClosed(1, last.groupCount())
                        .mapToObj(group -> Long.valueOf(last.group(group)))
                        .toList())
                .orElse(List.of());
    }
}
