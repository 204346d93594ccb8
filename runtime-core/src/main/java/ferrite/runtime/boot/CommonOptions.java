package ferrite.runtime.boot;

import java.nio.file.Path;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command understands.
final class CommonOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for everything that is written: caches, copies, the default disk (default: data/ of"
                    + " the distribution). One running machine a folder.")
    private @Nullable Path data;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more, with stack traces.")
    private boolean verbose;

    /// Options of a program that keeps its data there.
    static CommonOptions of(Path data) {
        CommonOptions options = new CommonOptions();
        options.data = data;
        return options;
    }

    /// Begins to log.
    ///
    /// @param usually the lowest level that is shown without `--verbose`
    void startLog(Level usually) {
        LineLog.install(verbose ? Level.FINE : usually, verbose);
    }

    Path data(Installation installation) {
        return data == null ? installation.data() : data.toAbsolutePath().normalize();
    }
}
