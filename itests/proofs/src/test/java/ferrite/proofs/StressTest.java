package ferrite.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each stress test for a moment, in one configuration of the virtual machine. `./run` takes all configurations.
class StressTest {
    private static final long LIMIT_SECONDS = 180;

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
    }
}
