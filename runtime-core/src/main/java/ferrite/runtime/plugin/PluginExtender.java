package ferrite.runtime.plugin;

import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;

/// Turns bundles into plug-ins, and is the only one that watches bundles.
///
/// When a plug-in bundle is started, every provider that its `module-info` names is registered as an OSGi service and
/// put into the catalog. When it is stopped, its instances are suspended: rings, files and waiting requests stay. If it
/// comes back within [#GRACE], as it does with `update`, they go on with the new code and clients notice a pause; if
/// not, they are stopped and clients get ENODEV.
public final class PluginExtender implements BundleTrackerCustomizer<List<PluginBuild>> {
    /// How long instances wait for their bundle to come back.
    public static final Duration GRACE = Duration.ofSeconds(2);

    private static final Logger LOG = System.getLogger(PluginExtender.class.getName());

    private final BundleContext framework;
    private final PluginConnector connector;
    private final PluginCatalog catalog;
    private final PluginHost host;
    private final InstanceStarter starter;
    private final BundleTracker<List<PluginBuild>> tracker;
    private final SynchronousBundleListener uninstalls = this::uninstalled;

    @Inject
    PluginExtender(
            BundleContext framework,
            PluginConnector connector,
            PluginCatalog catalog,
            PluginHost host,
            InstanceStarter starter) {
        this.framework = framework;
        this.connector = connector;
        this.catalog = catalog;
        this.host = host;
        this.starter = starter;
        this.tracker = new BundleTracker<>(framework, Bundle.ACTIVE, this);
    }

    /// Begins to watch.
    public void open() {
        framework.addBundleListener(uninstalls);
        tracker.open();
    }

    /// Forgets all bundles, without touching instances.
    public void close() {
        framework.removeBundleListener(uninstalls);
    }

    @Override
    public @Nullable List<PluginBuild> addingBundle(Bundle bundle, @Nullable BundleEvent event) {
        PluginLayer layer = connector.layer(bundle.getLocation()).orElse(null);
        if (layer == null) {
            return null;
        }
        List<PluginBuild> builds = new ArrayList<>();
        try {
            layer.providers()
                    .forEach(provider ->
                            builds.add(new PluginBuild(provider, layer.jar().version(), layer)));
        } catch (PluginJarException e) {
            LOG.log(Level.ERROR, "bundle {0} stays without effect: {1}", bundle.getBundleId(), e.getMessage());
            return null;
        }
        for (PluginBuild build : builds) {
            register(bundle, build);
            host.resume(build);
            catalog.add(build);
        }
        return builds;
    }

    @Override
    public void modifiedBundle(Bundle bundle, @Nullable BundleEvent event, List<PluginBuild> builds) {
        // Only one state is watched.
    }

    @Override
    public void removedBundle(Bundle bundle, @Nullable BundleEvent event, List<PluginBuild> builds) {
        for (PluginBuild build : builds) {
            catalog.remove(build);
            if (!host.instancesOf(build).isEmpty()) {
                host.suspend(build);
                Thread.ofVirtual().name("grace of " + build).start(() -> stopAfterGrace(build));
            }
        }
    }

    /// OSGi takes the registration back by itself when the bundle stops.
    private static void register(Bundle bundle, PluginBuild build) {
        Map<String, Object> properties = Map.of(
                "ferrite.plugin", build.plugin(),
                "ferrite.layer", build.provider().layer().name(),
                "ferrite.version", build.version(),
                "ferrite.module", build.layer().jar().moduleName());
        String contract = build.contract().getName();
        bundle.getBundleContext().registerService(contract, build.provider(), FrameworkUtil.asDictionary(properties));
    }

    private void stopAfterGrace(PluginBuild build) {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        List<InstancePlan> stopped = host.stop(build);
        if (!stopped.isEmpty()) {
            LOG.log(Level.INFO, "no new code for {0}: stopped {1}", build, stopped.size());
            starter.want(stopped);
        }
    }

    private void uninstalled(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED) {
            connector.forget(event.getBundle().getLocation());
        }
    }
}
