package ferrite.container.machine;

import ferrite.runtime.InstanceState;
import ferrite.runtime.Kernel;
import ferrite.runtime.PluginInstance;
import ferrite.runtime.SwapReport;
import ferrite.runtime.boot.FrameworkMachine;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginConnector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/// The default machine, running in the framework of the current test class.
public final class ContainerMachine implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static volatile @Nullable ContainerMachine current;

    private final BundleContext framework;
    private final DiskImage image;
    private final Path data;
    private final FrameworkMachine machine;

    private ContainerMachine(BundleContext framework, PluginConnector connector, Path folder, String... without) {
        this.framework = framework;
        image = DiskImage.in(folder);
        data = folder.resolve("data");
        machine = FrameworkMachine.start(
                framework,
                connector,
                new FrameworkMachine.Parts(
                        Reactor.source("assembly/machines/usb-stick.toml"),
                        image.file(),
                        Reactor.source("assembly/conf"),
                        Reactor.pluginsWithout(without),
                        data));
    }

    /// Starts it.
    ///
    /// @param connector that the framework asks
    /// @param folder for the disk and everything that is written
    /// @param without plug-ins that are not installed
    public static ContainerMachine start(
            BundleContext framework, PluginConnector connector, Path folder, String... without) {
        ContainerMachine machine = new ContainerMachine(framework, connector, folder, without);
        current = machine;
        machine.awaitSettled();
        return machine;
    }

    /// The one that runs.
    public static ContainerMachine current() {
        return Optional.ofNullable(current).orElseThrow(() -> new IllegalStateException("no machine runs"));
    }

    /// The system bundle's context.
    public BundleContext framework() {
        return framework;
    }

    /// Its kernel.
    public Kernel kernel() {
        return machine.kernel();
    }

    /// A part of the host.
    public <T> T part(Class<T> type) {
        return machine.part(type);
    }

    /// The disk on the other side.
    public DiskImage image() {
        return image;
    }

    /// Its data folder, which is locked.
    public Path data() {
        return data;
    }

    /// The newest build of a plug-in.
    public PluginBuild build(String plugin) {
        return part(PluginCatalog.class).newest(plugin).orElseThrow();
    }

    /// The bundle of the newest build of a plug-in.
    public Bundle bundle(String plugin) {
        return part(Deployment.class).bundleOf(build(plugin)).orElseThrow();
    }

    /// The bundles of all plug-ins.
    public List<Bundle> pluginBundles() {
        return part(PluginCatalog.class).builds().stream()
                .map(build -> part(Deployment.class).bundleOf(build).orElseThrow())
                .distinct()
                .toList();
    }

    /// The disk as clients see it; waits until it is there.
    public String disk() {
        awaitSettled();
        List<String> disks = disks();
        if (disks.size() != 1) {
            throw new IllegalStateException("expected one disk, but there are " + disks + " of "
                    + kernel().schemeNames() + " and " + kernel().snapshot().plugins());
        }
        return disks.getFirst() + ":0";
    }

    /// Names of the disk schemes that are served now.
    public List<String> disks() {
        return kernel().schemeNames().stream()
                .filter(name -> name.startsWith("disk."))
                .toList();
    }

    /// Waits until the drivers have found everything.
    public void awaitSettled() {
        if (!machine.awaitSettled(LIMIT)) {
            throw new IllegalStateException(
                    "not settled after " + LIMIT + ": " + kernel().snapshot().plugins());
        }
    }

    /// The one instance of a plug-in.
    public PluginInstance instance(String plugin) {
        return kernel().instances().stream()
                .filter(each -> each.plugin().equals(plugin))
                .findFirst()
                .orElseThrow();
    }

    /// Whether the one instance of a plug-in fails, at once or soon.
    public boolean isFailed(String plugin) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        PluginInstance instance = instance(plugin);
        while (instance.state() != InstanceState.FAILED && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return instance.state() == InstanceState.FAILED;
    }

    /// Starts readers on the disk.
    public Readers readers() {
        return Readers.start(kernel(), disk(), image);
    }

    /// Replaces each of these plug-ins in turn by another build of it, while readers read.
    ///
    /// @param swaps how many in all
    /// @param readsBetween how many reads are served between two swaps
    /// @return what happened at each
    public List<SwapReport> swapUnder(Readers readers, int swaps, long readsBetween, String... plugins)
            throws InterruptedException {
        List<SwapReport> reports = new ArrayList<>();
        for (int i = 0; i < swaps; i++) {
            String plugin = plugins[i % plugins.length];
            readers.awaitMore(readsBetween);
            reports.addAll(part(Deployment.class).swap(plugin, Reactor.plugin(plugin)));
        }
        readers.awaitMore(readsBetween);
        return reports;
    }

    /// One line about the swaps, on standard output.
    public static void print(String what, Readers readers, List<SwapReport> reports) {
        double longest = reports.stream()
                .mapToDouble(report -> report.pause().toNanos() / 1e6)
                .max()
                .orElse(0);
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %d reads served, %d swaps, longest pause %.1f ms, longest read %.1f ms",
                what,
                readers.served(),
                reports.size(),
                longest,
                readers.longestMillis()));
    }

    @Override
    public void close() {
        current = null;
        machine.close();
    }
}
