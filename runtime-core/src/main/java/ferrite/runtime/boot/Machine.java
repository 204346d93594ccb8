package ferrite.runtime.boot;

import ferrite.runtime.Kernel;
import ferrite.runtime.PluginException;
import ferrite.runtime.plugin.InstancePlan;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.NearMatch;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginHost;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.PluginProvider;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// The instances of a machine file, lowest layer first, so that each finds what it opens: what the host lends, the devices
/// from the leaves to the bridge, the drivers. What these find, they wish for through `spawn:`.
final class Machine {
    /// An instance that is to be started.
    ///
    /// @param place of its table, for messages
    private record Start(Layer layer, InstancePlan plan, String place) {}

    private final Kernel kernel;
    private final PluginCatalog catalog;
    private final PluginHost host;
    private final InstanceStarter starter;
    private final AtomicBoolean stopped = new AtomicBoolean();

    @Inject
    Machine(Kernel kernel, PluginCatalog catalog, PluginHost host, InstanceStarter starter) {
        this.kernel = kernel;
        this.catalog = catalog;
        this.host = host;
        this.starter = starter;
    }

    /// Starts everything that the file names.
    ///
    /// @param configuration settings of the plug-ins, under those of the file
    /// @throws BootException naming the place in the file if a plug-in is missing or does not start
    void start(MachineFile file, ConfigurationFolder configuration) {
        file.devices().forEach(device -> require(device.plugin(), device.place(), true));
        file.drivers().forEach(driver -> require(driver.plugin(), driver.place(), false));
        kernel.onSpawn(starter::spawn);
        List<Start> starts = new ArrayList<>();
        for (MachineFile.Device device : file.devices()) {
            starts.add(new Start(layer(device.plugin()), plan(file, device, configuration), device.place()));
        }
        for (MachineFile.Driver driver : file.drivers()) {
            TomlSettings settings = configuration.under(driver.plugin(), driver.settings());
            InstancePlan plan = new InstancePlan(driver.plugin(), driver.instance(), settings);
            starts.add(new Start(layer(driver.plugin()), plan, driver.place()));
        }
        starts.stream().sorted(Comparator.comparing(Start::layer)).forEach(each -> start(each.plan(), each.place()));
    }

    /// Waits until every driver has brought up what it found.
    ///
    /// @return false if that took longer than `limit`
    boolean awaitSettled(Duration limit) {
        return kernel.awaitQuiet(limit);
    }

    /// Ends every instance, highest layer first.
    void stop() {
        if (stopped.compareAndSet(false, true)) {
            kernel.stopSpawning();
            host.stopAll();
        }
    }

    private InstancePlan plan(MachineFile file, MachineFile.Device device, ConfigurationFolder configuration) {
        List<TomlSettings> children = file.childrenOf(device);
        TomlSettings settings = configuration.under(device.plugin(), device.settings());
        return new InstancePlan(
                device.plugin(), device.name(), device.busAddress(), settings.with("child", children), 0);
    }

    private void start(InstancePlan plan, String place) {
        try {
            starter.start(plan);
        } catch (PluginException e) {
            throw new BootException(place + ": " + e.getMessage(), e);
        }
    }

    private void require(String plugin, String place, boolean device) {
        List<String> fitting = catalog.builds().stream()
                .map(PluginBuild::provider)
                .filter(provider -> provider instanceof DeviceProvider == device)
                .map(PluginProvider::name)
                .distinct()
                .sorted()
                .toList();
        if (!fitting.contains(plugin)) {
            String kind = device ? "device" : "driver";
            throw new BootException(place + ": unknown " + kind + " plug-in \"" + plugin + "\"; expected one of "
                    + String.join(", ", fitting) + NearMatch.hint(plugin, fitting));
        }
    }

    private Layer layer(String plugin) {
        return catalog.newest(plugin).orElseThrow().provider().layer();
    }
}
