package ferrite.runtime.plugin;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.connect.ConnectContent;
import org.osgi.framework.connect.ConnectModule;
import org.osgi.framework.connect.ModuleConnector;

/// Gives Felix modules instead of bundle class loaders: the classes of a bundle at a location `plugin:N:PATH` are a named
/// module in a layer of its own. Each time Felix asks for the content, at install and at `update`, the file is copied
/// anew. Other locations are Felix's own business.
public final class PluginConnector implements ModuleConnector {
    private static final String PLUGIN = "plugin:";

    private final PluginLayers layers;
    private final PluginFolder folder;
    private final AtomicLong installed = new AtomicLong();
    private final Map<String, PluginLayer> byLocation = new ConcurrentHashMap<>();

    /// @param layers where plug-ins are added
    /// @param folder for the copies of their jars
    public PluginConnector(PluginLayers layers, PluginFolder folder) {
        this.layers = layers;
        this.folder = folder;
    }

    /// A location that nobody used before, so that two builds of one plug-in can be installed side by side.
    String newLocation(Path jar) {
        return PLUGIN + installed.incrementAndGet() + ':' + jar.toAbsolutePath();
    }

    /// The layer of the plug-in at a location; empty for other bundles.
    Optional<PluginLayer> layer(String location) {
        return Optional.ofNullable(byLocation.get(location));
    }

    /// The location of the plug-in whose code this is; empty for other code.
    Optional<String> locationOf(ModuleLayer layer) {
        return byLocation.entrySet().stream()
                .filter(entry -> entry.getValue().isLayer(layer))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// The bundle at this location has gone.
    void forget(String location) {
        Optional.ofNullable(byLocation.remove(location)).ifPresent(this::drop);
    }

    @Override
    public void initialize(File storage, Map<String, String> configuration) {
        // Nothing to prepare: the folder of the copies belongs to the runtime, not to Felix.
    }

    @Override
    public Optional<ConnectModule> connect(String location) {
        if (location.startsWith(PLUGIN)) {
            Path jar = Path.of(location.substring(location.indexOf(':', PLUGIN.length()) + 1));
            return Optional.of(() -> plugin(location, jar));
        }
        return Optional.empty();
    }

    @Override
    public Optional<BundleActivator> newBundleActivator() {
        return Optional.empty();
    }

    private ConnectContent plugin(String location, Path file) throws IOException {
        PluginLayer layer;
        try {
            layer = layers.add(folder.take(file));
        } catch (PluginJarException notAPlugin) {
            throw new IOException(notAPlugin.getMessage(), notAPlugin);
        }
        Optional.ofNullable(byLocation.put(location, layer)).ifPresent(this::drop);
        return new JarContent(layer.jar().file(), layer::loader);
    }

    private void drop(PluginLayer layer) {
        layers.remove(layer);
        folder.discard(layer.jar().file());
    }
}
