package ferrite.runtime.boot;

import com.google.inject.Injector;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.plugin.BundleLookup;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.PluginConnector;
import ferrite.runtime.plugin.PluginExtender;
import ferrite.runtime.plugin.PluginFolder;
import ferrite.runtime.plugin.PluginLayers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.osgi.framework.BundleContext;

/// What [RunningMachine] is, in a framework that somebody else has started.
///
/// Not part of the product: the tests patch this class into the module `ferrite.runtime`, whose parts it puts together.
public final class FrameworkMachine implements AutoCloseable {
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final Kernel kernel;
    private final Injector injector;

    /// What a machine is made of.
    ///
    /// @param machine the machine file
    /// @param disk what `${disk}` in it stands for
    /// @param configuration folder with `PLUGIN.toml` files
    /// @param plugins jars to install at the start
    /// @param data folder for everything that is written
    public record Parts(Path machine, Path disk, Path configuration, List<Path> plugins, Path data) {
        public Parts {
            plugins = List.copyOf(plugins);
        }
    }

    private FrameworkMachine(BundleContext framework, PluginConnector connector, Parts parts) {
        try {
            DataFolder data = DataFolder.lock(parts.data());
            closing.push(data::close);
            MachineFile file = MachineFile.read(parts.machine(), parts.disk());
            kernel = Kernel.boot(KernelParameters.DEFAULT);
            closing.push(kernel::close);
            BundleLookup.connect(connector, framework);
            closing.push(BundleLookup::disconnect);
            ConfigurationFolder configuration = new ConfigurationFolder(parts.configuration());
            injector = RuntimeModule.compose(kernel, framework, connector, configuration);
            injector.getInstance(PluginExtender.class).open();
            parts.plugins().forEach(injector.getInstance(Deployment.class)::install);
            Machine machine = injector.getInstance(Machine.class);
            closing.push(machine::stop);
            machine.start(file, configuration);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /// Starts a machine.
    public static FrameworkMachine start(BundleContext framework, PluginConnector connector, Parts parts) {
        return new FrameworkMachine(framework, connector, parts);
    }

    /// What the framework has to ask about its bundles.
    ///
    /// @param folder for copies of the jars
    public static PluginConnector connector(Path folder) {
        return new PluginConnector(PluginLayers.overThisRuntime(), new PluginFolder(folder));
    }

    /// Packages that the framework has to export for plug-ins.
    public static String systemPackages() {
        return SystemPackages.exports();
    }

    /// For applications.
    public Kernel kernel() {
        return kernel;
    }

    /// A part of the host.
    public <T> T part(Class<T> type) {
        return injector.getInstance(type);
    }

    /// Waits until the drivers have found everything.
    ///
    /// @return false if that took longer than `limit`
    public boolean awaitSettled(Duration limit) {
        return injector.getInstance(Machine.class).awaitSettled(limit);
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
