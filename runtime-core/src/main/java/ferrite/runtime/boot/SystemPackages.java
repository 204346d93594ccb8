package ferrite.runtime.boot;

import ferrite.spi.plugin.Plugin;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Manifest;

/// What the runtime exports to bundles: the contracts, as the manifests of their jars declare them.
final class SystemPackages {
    private static final String HARDWARE = "ferrite.hw";

    private SystemPackages() {}

    /// For `org.osgi.framework.system.packages.extra`.
    static String exports() {
        List<String> exports = new ArrayList<>();
        exports.add(exports(Plugin.class.getModule()));
        exports.add(exports(Inject.class.getModule()));
        ModuleLayer.boot().findModule(HARDWARE).map(SystemPackages::exports).ifPresent(exports::add);
        return String.join(",", exports);
    }

    private static String exports(Module module) {
        try (InputStream in = module.getResourceAsStream("META-INF/MANIFEST.MF")) {
            Optional<String> declared = in == null
                    ? Optional.empty()
                    : Optional.ofNullable(new Manifest(in).getMainAttributes().getValue("Export-Package"));
            return declared.orElseGet(() -> fromDescriptor(module));
        } catch (IOException e) {
            throw new UncheckedIOException("manifest of " + module, e);
        }
    }

    /// For modules that are class folders, as in tests of the IDE.
    private static String fromDescriptor(Module module) {
        List<String> packages = module.getDescriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .toList();
        return String.join(",", packages);
    }
}
