package ferrite.runtime.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Starts the same machine in a process of its own and asks it how long it took.
final class SecondStart {
    private static final long LIMIT_SECONDS = 60;

    private final Path script;
    private final Path data;
    private final Path disk;

    SecondStart(Path script, Path data, Path disk) {
        this.script = script;
        this.data = data;
        this.disk = disk;
    }

    /// Lets the start script make its AOT cache now, if it has none.
    void prepare() throws IOException, InterruptedException {
        run(Map.of("FERRITE_AOT", "now"));
    }

    /// One start.
    ///
    /// @return what it said, `settled after 0.60 s`; empty if it failed
    String measure() throws IOException, InterruptedException {
        return run(Map.of());
    }

    private String run(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        List.of(script.toString(), "settle", "--data", data.toString(), "--disk", disk.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (InputStream in = process.getInputStream()) {
            process.getOutputStream().close();
            String said = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? said : "";
        } finally {
            process.destroyForcibly();
        }
    }
}
