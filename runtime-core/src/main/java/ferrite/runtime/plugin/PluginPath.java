package ferrite.runtime.plugin;

import java.nio.file.Path;
import java.util.List;

/// The same plug-ins without OSGi: a list of jars, found by `ServiceLoader`. For embedders and tests; no live change.
public final class PluginPath {

    private PluginPath() {}

    /// Opens the jars, which may require each other, in any order.
    ///
    /// @param folder for the copies
    /// @throws PluginJarException for the first jar that is no plug-in
    public static PluginCatalog open(List<Path> jars, Path folder) {
        PluginLayers layers = PluginLayers.overThisRuntime();
        PluginFolder copies = new PluginFolder(folder);
        List<PluginLayer> opened =
                jars.stream().map(copies::take).map(layers::add).toList();
        PluginCatalog catalog = new PluginCatalog();
        for (PluginLayer layer : opened) {
            layer.providers()
                    .forEach(provider ->
                            catalog.add(new PluginBuild(provider, layer.jar().version(), layer)));
        }
        return catalog;
    }
}
