package ferrite.container.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the build made, and where it lies.
public final class Reactor {
    /// Folder of the plug-in jars of this build.
    private static final Path PLUGINS = Path.of(System.getProperty("ferrite.itest.plugins", "target/plugins"));
    /// Folder of the jars of plug-ins that the default machine does not have.
    private static final Path APPLICATIONS =
            Path.of(System.getProperty("ferrite.itest.applications", "target/applications"));
    /// Folder of the modules that are not plug-ins.
    private static final Path MODULES = Path.of(System.getProperty("ferrite.itest.modules", "target/modules"));
    /// The top of the source tree.
    private static final Path ROOT = Path.of(System.getProperty("ferrite.itest.root", "../.."));

    private Reactor() {}

    /// The jars of all plug-ins of the default machine.
    public static List<Path> plugins() {
        return jars(PLUGINS);
    }

    /// The jars of the plug-ins that it does not have.
    public static List<Path> applications() {
        return jars(APPLICATIONS);
    }

    /// The jars of all of them but these.
    public static List<Path> pluginsWithout(String... names) {
        List<Path> jars = new ArrayList<>(plugins());
        for (String name : names) {
            jars.remove(plugin(name));
        }
        return jars;
    }

    /// The jar of a plug-in.
    public static Path plugin(String name) {
        return plugins().stream()
                .filter(jar -> jar.getFileName().toString().startsWith("ferrite-" + name + "-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " in " + PLUGINS));
    }

    /// The folder of all modules of the runtime.
    public static Path modules() {
        return MODULES.toAbsolutePath();
    }

    /// A file of the source tree.
    public static Path source(String path) {
        return ROOT.resolve(path).toAbsolutePath().normalize();
    }

    /// A new empty folder for one use.
    public static Path scratch(String name) {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "scratch")), name + "-")
                    .toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::toAbsolutePath)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
