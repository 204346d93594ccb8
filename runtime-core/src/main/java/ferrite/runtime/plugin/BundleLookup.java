package ferrite.runtime.plugin;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.connect.FrameworkUtilHelper;

/// Answers `FrameworkUtil.getBundle` for classes of plug-in modules, whose loaders Felix did not make.
///
/// OSGi finds it as a service of the module path and makes it itself, hence the one static field of the runtime.
public final class BundleLookup implements FrameworkUtilHelper {
    private static volatile @Nullable Source source;

    private record Source(PluginConnector connector, BundleContext framework) {}

    /// Made by `ServiceLoader`.
    public BundleLookup() {
        // Nothing to do: see connect.
    }

    /// From now on answers come from this framework.
    public static void connect(PluginConnector connector, BundleContext framework) {
        source = new Source(connector, framework);
    }

    /// From now on there are no answers.
    public static void disconnect() {
        source = null;
    }

    @Override
    public Optional<Bundle> getBundle(Class<?> type) {
        Source from = source;
        ModuleLayer layer = type.getModule().getLayer();
        if (from == null || layer == null) {
            return Optional.empty();
        }
        return from.connector
                .locationOf(layer)
                .flatMap(location -> Optional.ofNullable(from.framework.getBundle(location)));
    }
}
