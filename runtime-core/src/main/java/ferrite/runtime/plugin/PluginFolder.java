package ferrite.runtime.plugin;

import ferrite.runtime.plugin.PluginJarException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Where plug-in jars are copied before they are opened: the file that the user dropped may be overwritten at any time.
///
/// Holds files of this run only; what an earlier run left is deleted first.
public final class PluginFolder {
    private final Path folder;
    private final AtomicLong copies = new AtomicLong();

    /// @param folder is created, or emptied
    public PluginFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            for (Path left : content()) {
                Files.delete(left);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + folder + ": " + e.getMessage(), e);
        }
    }

    /// Copies a jar and looks at the copy.
    ///
    /// @throws PluginJarException if it cannot be copied or is not a plug-in; no copy is left then
    public PluginJar take(Path jar) {
        // One folder for each copy, so that messages about it show the name that the user knows.
        Path copy = folder.resolve(Long.toString(copies.incrementAndGet())).resolve(jar.getFileName());
        try {
            Files.createDirectory(copy.getParent());
            Files.copy(jar, copy);
            return PluginJar.read(copy);
        } catch (IOException e) {
            discard(copy);
            throw new PluginJarException(Problem.TRUNCATED, jar, "cannot be copied (" + e + ")", e);
        } catch (PluginJarException notAPlugin) {
            discard(copy);
            throw notAPlugin;
        }
    }

    /// Deletes a copy that is no longer needed. Classes of it that were not loaded yet can no longer be.
    void discard(Path copy) {
        try {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(copy.getParent());
        } catch (IOException e) {
            // It goes with the next start.
            copy.toFile().deleteOnExit();
        }
    }

    private List<Path> content() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> !path.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }
}
