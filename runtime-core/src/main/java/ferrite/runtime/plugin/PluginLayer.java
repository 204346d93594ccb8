package ferrite.runtime.plugin;

import com.google.inject.Injector;
import ferrite.buffer.NativeAccess;
import ferrite.runtime.plugin.PluginJarException.Problem;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.PluginProvider;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One plug-in jar as a named module in a layer of its own.
///
/// Encapsulation holds: nothing is opened but to Guice, which calls the constructor, and the module has no native
/// access, whatever it asks for, unless the runtime was started with its name ([PluginLayers#NATIVE_MODULES]).
public final class PluginLayer {
    private final PluginJar jar;
    private final PluginLayers layers;
    private @Nullable ModuleLayer layer;
    private @Nullable List<PluginProvider> providers;

    PluginLayer(PluginJar jar, PluginLayers layers) {
        this.jar = jar;
        this.layers = layers;
    }

    /// The jar behind it.
    public PluginJar jar() {
        return jar;
    }

    /// The loader of its classes; the layer is made by the first call.
    ///
    /// @throws PluginJarException if a module it requires is nowhere
    public ClassLoader loader() {
        return layer().findLoader(jar.moduleName());
    }

    /// What its module provides, one object each for the life of the layer.
    ///
    /// @throws PluginJarException if a class does not load or a constructor throws
    public synchronized List<PluginProvider> providers() {
        if (providers == null) {
            providers = List.copyOf(load());
        }
        return providers;
    }

    /// Whether this is the layer, if it was made already.
    synchronized boolean isLayer(@Nullable ModuleLayer other) {
        return layer != null && layer.equals(other);
    }

    synchronized ModuleLayer layer() {
        if (layer == null) {
            layer = define();
        }
        return layer;
    }

    private ModuleLayer define() {
        List<ModuleLayer> parents = layers.parentsOf(jar);
        try {
            Configuration configuration = Configuration.resolve(
                    ModuleFinder.of(jar.file()),
                    parents.stream().map(ModuleLayer::configuration).toList(),
                    ModuleFinder.of(),
                    Set.of(jar.moduleName()));
            ModuleLayer.Controller controller = ModuleLayer.defineModulesWithOneLoader(
                    configuration, parents, ClassLoader.getPlatformClassLoader());
            Module module = controller.layer().findModule(jar.moduleName()).orElseThrow();
            Module guice = Injector.class.getModule();
            module.getPackages().forEach(name -> controller.addOpens(module, name, guice));
            if (layers.mayCallNative(jar)) {
                NativeAccess.grant(controller, module);
            }
            return controller.layer();
        } catch (ResolutionException e) {
            throw new PluginJarException(Problem.MODULE_ABSENT, jar.file(), Reason.of(e), e);
        }
    }

    private List<PluginProvider> load() {
        List<PluginProvider> found = new ArrayList<>();
        try {
            collect(ServiceLoader.load(layer(), DeviceProvider.class), found);
            collect(ServiceLoader.load(layer(), DriverProvider.class), found);
        } catch (ServiceConfigurationError | LinkageError e) {
            Problem problem = e.getCause() == null || e.getCause() instanceof LinkageError
                    ? Problem.CLASS_MISSING
                    : Problem.PROVIDER_FAILED;
            String cause = e.getCause() == null ? "" : " (" + e.getCause() + ")";
            throw new PluginJarException(problem, jar.file(), "cannot make its provider: " + Reason.of(e) + cause, e);
        }
        return found;
    }

    /// A loader over a layer sees the layers under it too; theirs are not ours.
    private void collect(ServiceLoader<? extends PluginProvider> services, List<PluginProvider> found) {
        services.stream()
                .filter(service -> isLayer(service.type().getModule().getLayer()))
                .map(ServiceLoader.Provider::get)
                .forEach(found::add);
    }
}
