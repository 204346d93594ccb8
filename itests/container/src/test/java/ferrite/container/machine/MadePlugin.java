package ferrite.container.machine;

import ferrite.spi.plugin.PluginProvider;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Makes plug-in jars out of source text: a driver that does nothing, with lines of code at chosen places.
public final class MadePlugin {
    /// A place for code.
    public enum Place {
        /// The constructor of the provider.
        PROVIDER,
        /// The constructor of the driver.
        CONSTRUCTOR,
        /// `start`.
        START,
        /// `poll`, before it returns.
        POLL,
        /// `save`, before it returns one zero byte.
        SAVE,
        /// `restore`.
        RESTORE
    }

    private final String plugin;
    private final Map<Place, String> code = new LinkedHashMap<>();
    private String absent = "";
    private String provides = "provides ferrite.spi.driver.DriverProvider with made.MadeProvider;";

    private MadePlugin(String plugin) {
        this.plugin = plugin;
    }

    /// One that works.
    ///
    /// @param plugin its name
    public static MadePlugin named(String plugin) {
        return new MadePlugin(plugin);
    }

    /// With this statement at this place.
    public MadePlugin with(Place place, String statement) {
        code.put(place, statement);
        return this;
    }

    /// With a requirement of a module that exists when it is compiled and not when it runs.
    public MadePlugin requiring(String module) {
        absent = module;
        return this;
    }

    /// Without a `provides` line.
    public MadePlugin providingNothing() {
        provides = "";
        return this;
    }

    /// The jar.
    public Path jar(Path folder, String fileName) {
        try {
            Path sources = Files.createTempDirectory(Files.createDirectories(folder), "made");
            Path classes = sources.resolve("classes");
            compile(classes);
            return pack(classes, folder.resolve(fileName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first half of a jar.
    public static Path truncated(Path jar, Path target) {
        try {
            byte[] bytes = Files.readAllBytes(jar);
            return Files.write(target, Arrays.copyOf(bytes, bytes.length / 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A jar that is a bundle of ours without `module-info`.
    public Path jarWithoutModule(Path folder, String fileName) {
        try {
            Path classes = Files.createTempDirectory(Files.createDirectories(folder), "made")
                    .resolve("classes");
            compile(classes);
            Files.delete(classes.resolve("module-info.class"));
            return pack(classes, folder.resolve(fileName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(Path classes) throws IOException {
        String modulePath = Reactor.modules().toString();
        if (!absent.isEmpty()) {
            Path other = Files.createDirectories(classes.resolveSibling("absent"));
            compile(other, modulePath, List.of(source("module-info", "module " + absent + " {}")));
            modulePath += File.pathSeparator + other;
        }
        compile(
                Files.createDirectories(classes),
                modulePath,
                List.of(
                        source("module-info", module()),
                        source("made/MadeProvider", provider()),
                        source("made/MadeDriver", driver())));
    }

    private static void compile(Path classes, String modulePath, List<JavaFileObject> sources) {
        List<String> options = List.of("-d", classes.toString(), "-proc:none", "--module-path", modulePath);
        StringBuilder errors = new StringBuilder();
        boolean right = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problem -> errors.append(problem).append('\n'), options, null, sources)
                .call();
        if (!right) {
            throw new IllegalStateException(errors.toString());
        }
    }

    private String module() {
        return """
                module made.%s {
                    requires ferrite.spi;
                    requires jakarta.inject;
                    %s
                    %s
                }
                """.formatted(plugin.replace("-", ""), absent.isEmpty() ? "" : "requires " + absent + ';', provides);
    }

    private String provider() {
        return """
                package made;
                public final class MadeProvider implements ferrite.spi.driver.DriverProvider {
                    public MadeProvider() { %s }
                    public String name() { return "%s"; }
                    public ferrite.spi.plugin.Layer layer() { return ferrite.spi.plugin.Layer.CLASS_DRIVER; }
                    public Class<? extends ferrite.spi.driver.Driver> plugin() { return MadeDriver.class; }
                }
                """.formatted(at(Place.PROVIDER), plugin);
    }

    private String driver() {
        return """
                package made;
                import ferrite.spi.plugin.PluginState;
                public final class MadeDriver implements ferrite.spi.driver.Driver {
                    @jakarta.inject.Inject
                    MadeDriver() { %s }
                    public void start() { %s }
                    public int poll(int budget) { %s return 0; }
                    public boolean isQuiet() { return true; }
                    public PluginState save() { %s return new PluginState(1, new byte[1]); }
                    public void restore(PluginState state) { %s }
                    public void stop() {}
                }
                """.formatted(at(Place.CONSTRUCTOR), at(Place.START), at(Place.POLL), at(Place.SAVE), at(Place.RESTORE));
    }

    private String at(Place place) {
        return code.getOrDefault(place, "");
    }

    private Path pack(Path classes, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", "made." + plugin.replace("-", ""));
        attributes.putValue("Bundle-Version", "9.0.0");
        attributes.putValue(
                "Import-Package", PluginProvider.class.getPackageName() + ",ferrite.spi.driver,jakarta.inject");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                to.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, to);
                to.closeEntry();
            }
        }
        return jar;
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}
