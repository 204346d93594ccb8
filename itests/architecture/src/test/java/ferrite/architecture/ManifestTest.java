package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a built jar says of itself, to OSGi and to the module system: the wall for what a stray build setting sneaks
/// past the compiler.
class ManifestTest {
    private static final List<String> IMPORTS = List.of("ferrite.spi.*", "ferrite.hw.*", "jakarta.inject", "java.*");

    /// A clause of a header ends at a comma outside of quotes.
    private static final Pattern CLAUSE_END = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    static Stream<String> plugins() {
        return SourceTree.pluginFolders().stream();
    }

    static Stream<String> bundles() {
        return ReactorJars.productFolders().stream();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginImportsOnlyContracts(String folder) {
        assertThat(clauses(ReactorJars.of(folder).manifest(), "Import-Package"))
                .as("Import-Package of %s: remove the dependency behind what is not in %s", folder, IMPORTS)
                .allMatch(name -> WhoSeesWhom.covers(IMPORTS, name));
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginExportsNothing(String folder) {
        assertThat(clauses(ReactorJars.of(folder).manifest(), "Export-Package"))
                .as("Export-Package of %s: plug-ins share nothing; remove bnd.export from its pom", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginModuleExportsAndOpensNothing(String folder) {
        ModuleDescriptor module = ReactorJars.of(folder).module();
        assertThat(Stream.concat(module.exports().stream(), module.opens().stream()))
                .as("module-info of %s: the runtime opens what Guice needs; remove exports and opens", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void theModuleIsNamedAfterTheFolder(String folder) {
        assertThat(ReactorJars.of(folder).module().name())
                .as("name of the module in %s", folder)
                .isEqualTo(new PluginFolder(folder).module());
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void theBundleIsNamedAfterTheModule(String folder) {
        ReactorJar jar = ReactorJars.of(folder);
        assertThat(clauses(jar.manifest(), "Bundle-SymbolicName"))
                .as("Bundle-SymbolicName of %s: set module.name in its pom", folder)
                .containsExactly(jar.module().name());
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void everyPackageLiesBelowTheModuleName(String folder) {
        assertThat(ReactorJars.of(folder).packages().keySet())
                .as("packages of %s", folder)
                .allMatch(name -> WhoSeesWhom.covers(List.of(new PluginFolder(folder).module() + ".*"), name));
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginProvidesOneProvider(String folder) {
        List<String> provided = ReactorJars.of(folder).module().provides().stream()
                .flatMap(provides -> provides.providers().stream().map(_ -> provides.service()))
                .toList();
        assertThat(provided)
                .as("services in the module-info of %s, one for each class named", folder)
                .containsExactly(new PluginFolder(folder).service());
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void theProviderHasTheNameOfTheFolder(String folder) throws ReflectiveOperationException, URISyntaxException {
        assertThat(nameOfProvider(folder))
                .as("PluginProvider.name() of %s", folder)
                .isEqualTo(new PluginFolder(folder).name());
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void noHeaderUndoesTheWalls(String folder) {
        Attributes manifest = ReactorJars.of(folder).manifest();
        assertThat(Stream.of(
                                "DynamicImport-Package",
                                "Require-Bundle",
                                "Fragment-Host",
                                "Bundle-Activator",
                                "Bundle-ClassPath",
                                "Class-Path",
                                "Add-Opens",
                                "Add-Exports",
                                "Launcher-Agent-Class")
                        .filter(header -> manifest.getValue(header) != null))
                .as("headers in the manifest of %s that no bundle of ours has", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void noJarLiesInAJar(String folder) {
        assertThat(ReactorJars.of(folder).resources())
                .as("files in the jar of %s: depend on the library as a bundle of its own", folder)
                .noneMatch(name -> name.endsWith(".jar"));
    }

    /// The names that a header lists, without attributes and directives.
    private static List<String> clauses(Attributes manifest, String header) {
        return Optional.ofNullable(manifest.getValue(header)).stream()
                .flatMap(CLAUSE_END::splitAsStream)
                .map(clause -> clause.split(";", 2)[0].strip())
                .toList();
    }

    /// Loads the provider as the runtime does: from a module layer, by its declaration alone.
    private static Object nameOfProvider(String folder) throws ReflectiveOperationException, URISyntaxException {
        Path inject = Path.of(
                Inject.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ReactorJar plugin = ReactorJars.of(folder);
        ModuleFinder finder = ModuleFinder.of(
                plugin.file(),
                ReactorJars.of("spi/kernel").file(),
                ReactorJars.of("spi/hardware").file(),
                inject);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration resolved = boot.configuration()
                .resolve(finder, ModuleFinder.of(), Set.of(plugin.module().name()));
        ModuleLayer layer = boot.defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());
        Class<?> service = layer.findLoader("ferrite.spi").loadClass(new PluginFolder(folder).service());
        Object provider = ServiceLoader.load(layer, service).iterator().next();
        return service.getMethod("name").invoke(provider);
    }
}
