package ferrite.runtime.plugin;

import ferrite.runtime.plugin.PluginJarException.Problem;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.driver.DriverProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/// A jar that was looked at from outside and has the shape of a plug-in. None of its code has run.
///
/// @param file where it lies
/// @param descriptor its `module-info`
/// @param headers the main attributes of its manifest
public record PluginJar(Path file, ModuleDescriptor descriptor, Map<String, String> headers) {
    private static final String MODULE_INFO = "module-info.class";
    private static final Set<String> CONTRACTS = Set.of(DriverProvider.class.getName(), DeviceProvider.class.getName());

    public PluginJar {
        headers = Map.copyOf(headers);
    }

    /// Looks at a jar.
    ///
    /// @throws PluginJarException if it is not a plug-in
    public static PluginJar read(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            ModuleDescriptor declared = declaration(file, jar);
            List<String> providers = providers(declared);
            if (providers.isEmpty()) {
                throw new PluginJarException(
                        Problem.NOTHING_PROVIDED,
                        file,
                        "module " + declared.name() + " provides no plug-in; its module-info needs \"provides "
                                + DriverProvider.class.getName() + " with CLASS\" or \"provides "
                                + DeviceProvider.class.getName() + " with CLASS\"");
            }
            for (String provider : providers) {
                requireClass(file, jar, declared, provider);
            }
            return new PluginJar(file, complete(file), headers(jar));
        } catch (IOException notAJar) {
            throw new PluginJarException(
                    Problem.TRUNCATED,
                    file,
                    "cannot be read as a jar (" + notAJar.getMessage() + "); copy the whole file again",
                    notAJar);
        }
    }

    /// Whether the file is a bundle for other uses: OSGi headers, no `module-info`, and none of our contracts imported.
    static boolean isForeignBundle(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Map<String, String> headers = headers(jar);
            return jar.getEntry(MODULE_INFO) == null
                    && headers.containsKey("Bundle-SymbolicName")
                    && !headers.getOrDefault("Import-Package", "").contains("ferrite.spi");
        } catch (IOException notAJar) {
            return false;
        }
    }

    /// Name of its module, `ferrite.driver.xhcid`.
    public String moduleName() {
        return descriptor.name();
    }

    /// Its version as its manifest or its module tells it; `0.0.0` if none does.
    public String version() {
        return Optional.ofNullable(headers.get("Bundle-Version"))
                .or(descriptor::rawVersion)
                .orElse("0.0.0");
    }

    /// Names of the modules it cannot do without.
    Set<String> requiredModules() {
        return descriptor.requires().stream()
                .filter(requires -> !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Classes that the module offers as drivers or devices.
    static List<String> providers(ModuleDescriptor descriptor) {
        return descriptor.provides().stream()
                .filter(provides -> CONTRACTS.contains(provides.service()))
                .flatMap(provides -> provides.providers().stream())
                .toList();
    }

    private static ModuleDescriptor declaration(Path file, JarFile jar) throws IOException {
        ZipEntry entry = jar.getEntry(MODULE_INFO);
        if (entry == null) {
            throw new PluginJarException(
                    Problem.NO_MODULE_INFO, file, "has no module-info.class; a plug-in is a named module");
        }
        try (InputStream in = jar.getInputStream(entry)) {
            return ModuleDescriptor.read(in);
        } catch (InvalidModuleDescriptorException broken) {
            throw new PluginJarException(
                    Problem.NO_MODULE_INFO, file, "module-info.class is broken: " + broken.getMessage(), broken);
        }
    }

    private static void requireClass(Path file, JarFile jar, ModuleDescriptor declared, String provider) {
        if (jar.getEntry(provider.replace('.', '/') + ".class") == null) {
            throw new PluginJarException(
                    Problem.CLASS_MISSING,
                    file,
                    "module " + declared.name() + " provides " + provider + ", but the jar has no such class");
        }
    }

    /// The descriptor with all packages of the jar, which the layer needs.
    private static ModuleDescriptor complete(Path file) {
        try {
            return ModuleFinder.of(file).findAll().iterator().next().descriptor();
        } catch (FindException broken) {
            throw new PluginJarException(Problem.NO_MODULE_INFO, file, Reason.of(broken), broken);
        }
    }

    private static Map<String, String> headers(JarFile jar) throws IOException {
        Manifest manifest = jar.getManifest();
        Map<String, String> headers = new LinkedHashMap<>();
        if (manifest != null) {
            manifest.getMainAttributes().forEach((key, value) -> headers.put(key.toString(), value.toString()));
        }
        return headers;
    }
}
