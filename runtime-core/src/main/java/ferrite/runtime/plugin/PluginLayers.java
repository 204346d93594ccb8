package ferrite.runtime.plugin;

import ferrite.runtime.plugin.PluginJarException.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The module layers of plug-ins, one for each jar, over the layer of the runtime. Both worlds use it: OSGi, where
/// [PluginConnector] asks for a loader, and the plain one of [PluginPath].
///
/// A jar may require modules of the runtime and of other plug-ins; of several jars with one module name the last one
/// that was added counts. Layers are made when they are first needed.
public final class PluginLayers {
    /// System property: names of the modules that may call native code, separated by commas.
    static final String NATIVE_MODULES = "ferrite.native";

    private static final String NATIVE_MODULES_USUALLY = "ferrite.filed";

    private final ModuleLayer runtime;
    private final Set<String> nativeModules;
    private final Map<String, List<PluginLayer>> byModule = new HashMap<>();

    /// @param runtime the layer that holds the contracts
    /// @param nativeModules names of the plug-in modules that may call native code
    public PluginLayers(ModuleLayer runtime, Set<String> nativeModules) {
        this.runtime = runtime;
        this.nativeModules = Set.copyOf(nativeModules);
    }

    /// Over the layer that holds the contracts that this class was compiled against.
    public static PluginLayers overThisRuntime() {
        ModuleLayer layer = PluginJar.class.getModule().getLayer();
        String names = System.getProperty(NATIVE_MODULES, NATIVE_MODULES_USUALLY);
        return new PluginLayers(layer != null ? layer : ModuleLayer.boot(), Set.of(names.split(",")));
    }

    /// Whether a plug-in may call native code. What is asked for does not count, only what it is called.
    boolean mayCallNative(PluginJar jar) {
        return nativeModules.contains(jar.moduleName());
    }

    /// Makes a jar known. Its layer comes into being with [PluginLayer#loader].
    public synchronized PluginLayer add(PluginJar jar) {
        PluginLayer layer = new PluginLayer(jar, this);
        byModule.computeIfAbsent(jar.moduleName(), _ -> new ArrayList<>()).add(layer);
        return layer;
    }

    /// Forgets a jar. Its loader goes when nobody holds one of its objects any more.
    public synchronized void remove(PluginLayer layer) {
        List<PluginLayer> sameName = byModule.get(layer.jar().moduleName());
        if (sameName != null && sameName.remove(layer) && sameName.isEmpty()) {
            byModule.remove(layer.jar().moduleName());
        }
    }

    /// The layers under a jar's own: the runtime's, and those of the plug-ins it requires.
    ///
    /// @throws PluginJarException if a required module is nowhere
    synchronized List<ModuleLayer> parentsOf(PluginJar jar) {
        List<ModuleLayer> parents = new ArrayList<>();
        for (String required : jar.requiredModules()) {
            Optional<PluginLayer> plugin = newest(required);
            if (plugin.isPresent()) {
                parents.add(plugin.get().layer());
            } else if (runtime.findModule(required).isEmpty()) {
                throw new PluginJarException(
                        Problem.MODULE_ABSENT,
                        jar.file(),
                        "module " + jar.moduleName() + " requires module " + required
                                + ", which is neither part of the runtime nor of an installed plug-in");
            }
        }
        parents.add(runtime);
        return parents;
    }

    private Optional<PluginLayer> newest(String module) {
        List<PluginLayer> sameName = byModule.getOrDefault(module, List.of());
        return sameName.isEmpty() ? Optional.empty() : Optional.of(sameName.getLast());
    }
}
