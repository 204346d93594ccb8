package ferrite.runtime.boot;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.SwapReport;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginHost;
import ferrite.runtime.plugin.PluginPath;
import ferrite.runtime.plugin.PluginSettings;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A machine without a container: the same kernel, the same plug-ins, found by `ServiceLoader` in the jars that it is
/// given. For tests and for programs that embed one.
public final class EmbeddedMachine implements AutoCloseable {
    private final Kernel kernel;
    private final PluginCatalog catalog;
    private final PluginHost host;
    private final Path folder;

    private EmbeddedMachine(
            Kernel kernel, MachineFile file, ConfigurationFolder configuration, List<Path> plugins, Path folder) {
        this.kernel = kernel;
        this.folder = folder;
        try {
            catalog = PluginPath.open(plugins, folder);
            Injector injector = compose(configuration);
            host = injector.getInstance(PluginHost.class);
            injector.getInstance(Machine.class).start(file, configuration);
        } catch (RuntimeException failed) {
            kernel.close();
            throw failed;
        }
    }

    /// Starts a machine; [#awaitSettled] tells when its drivers have found everything.
    ///
    /// @param machine a machine file
    /// @param disk what `${disk}` in it stands for
    /// @param configuration folder with `PLUGIN.toml` files
    /// @param plugins jars of the plug-ins
    /// @param folder for copies of the jars
    /// @throws BootException if it cannot be started; nothing is left running
    public static EmbeddedMachine start(Path machine, Path disk, Path configuration, List<Path> plugins, Path folder) {
        return start(Kernel.boot(KernelParameters.DEFAULT), machine, disk, configuration, plugins, folder);
    }

    /// [#start(Path, Path, Path, List, Path)] on a kernel that already serves what the machine's devices are to find, a
    /// disk image of the program's own for example.
    ///
    /// @param kernel from now on the machine's, which closes it; at once if the machine cannot be started
    public static EmbeddedMachine start(
            Kernel kernel, Path machine, Path disk, Path configuration, List<Path> plugins, Path folder) {
        MachineFile file;
        try {
            file = MachineFile.read(machine, disk);
        } catch (RuntimeException failed) {
            kernel.close();
            throw failed;
        }
        return new EmbeddedMachine(kernel, file, new ConfigurationFolder(configuration), plugins, folder);
    }

    /// The kernel, for applications of one's own.
    public Kernel kernel() {
        return kernel;
    }

    /// Waits until the drivers have found everything.
    ///
    /// @return false if that took longer than `limit`
    public boolean awaitSettled(Duration limit) {
        return kernel.awaitQuiet(limit);
    }

    /// Puts the code of another jar in the place of a plug-in's newest build.
    ///
    /// @param jar of a plug-in of the same name
    /// @throws ferrite.runtime.PluginException if an instance refuses; then all run the old code
    public List<SwapReport> swap(String plugin, Path jar) {
        PluginBuild successor = PluginPath.open(List.of(jar), folder)
                .newest(plugin)
                .orElseThrow(() -> new BootException(jar + " holds no plug-in " + plugin));
        PluginBuild incumbent = catalog.newest(plugin)
                .orElseThrow(() -> new BootException("no plug-in " + plugin + " runs; there are " + catalog.names()));
        List<SwapReport> reports = host.swap(incumbent, successor);
        catalog.add(successor);
        catalog.remove(incumbent);
        return reports;
    }

    @Override
    public void close() {
        kernel.stopSpawning();
        host.stopAll();
        kernel.close();
    }

    private Injector compose(ConfigurationFolder configuration) {
        RuntimeModule.openToGuice();
        return Guice.createInjector(Stage.PRODUCTION, new AbstractModule() {
            @Override
            protected void configure() {
                binder().requireExplicitBindings();
                bind(Kernel.class).toInstance(kernel);
                bind(PluginCatalog.class).toInstance(catalog);
                bind(PluginSettings.class).toInstance(configuration);
                bind(PluginHost.class).in(Singleton.class);
                bind(InstanceStarter.class).in(Singleton.class);
                bind(Machine.class).in(Singleton.class);
            }
        });
    }
}
