package ferrite.runtime.plugin;

import ferrite.runtime.SwapReport;
import ferrite.runtime.plugin.PluginJarException.Problem;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/// Installs, swaps and removes plug-in bundles. One change at a time.
public final class Deployment {
    private final BundleContext framework;
    private final PluginConnector connector;
    private final PluginCatalog catalog;
    private final PluginHost host;
    private final InstanceStarter starter;

    @Inject
    Deployment(
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
    }

    /// Installs and starts a plug-in; instances that wait for it start.
    ///
    /// @throws PluginJarException if the jar is no plug-in
    public synchronized Bundle install(Path jar) {
        Bundle bundle = installStopped(jar);
        start(bundle, jar);
        return bundle;
    }

    /// Installs a plug-in, or, if one of its name is there, swaps that for it.
    ///
    /// @return the new bundle
    /// @throws PluginJarException if the jar is no plug-in
    /// @throws ferrite.runtime.PluginException if an instance refuses; the incumbent runs on
    public synchronized Bundle deploy(Path jar) {
        Bundle successor = installStopped(jar);
        List<PluginBuild> incumbents =
                names(successor).stream().flatMap(catalog::builds).toList();
        replace(incumbents, successor, jar);
        return successor;
    }

    /// Puts a jar in the place of a plug-in, instance by instance, while clients go on. The old bundle is uninstalled
    /// at the end. If anything fails, everything runs the old code and the new bundle is gone.
    ///
    /// @param plugin name of the plug-in, which the jar must provide too
    /// @return what happened to each instance
    /// @throws PluginJarException if the jar is no plug-in or another one
    /// @throws SchemeException ENOENT if there is no such plug-in
    /// @throws ferrite.runtime.PluginException if an instance refuses
    public synchronized List<SwapReport> swap(String plugin, Path jar) {
        List<PluginBuild> incumbents = catalog.builds(plugin).toList();
        if (incumbents.isEmpty()) {
            throw new SchemeException(
                    Errno.ENOENT,
                    "no plug-in \"" + plugin + "\" to swap; there are " + String.join(", ", catalog.names()));
        }
        Bundle successor = installStopped(jar);
        List<String> names = names(successor);
        if (!names.contains(plugin)) {
            uninstall(successor);
            throw new PluginJarException(
                    Problem.WRONG_PLUGIN, jar, "provides " + String.join(", ", names) + ", not " + plugin);
        }
        return replace(incumbents, successor, jar);
    }

    /// Stops the instances of a bundle and uninstalls it. They start again when their plug-in comes back.
    public synchronized void remove(Bundle bundle) {
        for (PluginBuild build : builds(bundle)) {
            // Off the list first, so that nobody starts another one now.
            catalog.remove(build);
            starter.want(host.stop(build));
        }
        uninstall(bundle);
    }

    /// The bundle that a build came with.
    public Optional<Bundle> bundleOf(PluginBuild build) {
        return Arrays.stream(framework.getBundles())
                .filter(bundle -> connector
                        .layer(bundle.getLocation())
                        .filter(build.layer()::equals)
                        .isPresent())
                .findFirst();
    }

    private List<SwapReport> replace(List<PluginBuild> incumbents, Bundle successor, Path jar) {
        List<SwapReport> reports = new ArrayList<>();
        List<PluginBuild> done = new ArrayList<>();
        start(successor, jar);
        try {
            for (PluginBuild incumbent : incumbents) {
                reports.addAll(host.swap(incumbent, build(successor, incumbent.plugin())));
                done.add(incumbent);
            }
        } catch (RuntimeException refused) {
            done.reversed().forEach(incumbent -> host.swap(build(successor, incumbent.plugin()), incumbent));
            uninstall(successor);
            throw refused;
        }
        incumbents.stream()
                .map(this::bundleOf)
                .flatMap(Optional::stream)
                .distinct()
                .forEach(this::uninstall);
        return reports;
    }

    private Bundle installStopped(Path jar) {
        // Judged first: Felix would wrap the reason into its own words.
        PluginJar.read(jar);
        try {
            Bundle bundle = framework.installBundle(connector.newLocation(jar));
            try {
                names(bundle);
            } catch (PluginJarException e) {
                uninstall(bundle);
                throw e;
            }
            return bundle;
        } catch (BundleException e) {
            throw new PluginJarException(Problem.TRUNCATED, jar, "is no bundle: " + e.getMessage(), e);
        }
    }

    private void start(Bundle bundle, Path jar) {
        try {
            bundle.start();
        } catch (BundleException e) {
            uninstall(bundle);
            throw new PluginJarException(Problem.MODULE_ABSENT, jar, "does not resolve: " + e.getMessage(), e);
        }
    }

    private void uninstall(Bundle bundle) {
        try {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
        } catch (BundleException e) {
            throw new IllegalStateException("cannot uninstall bundle " + bundle.getBundleId(), e);
        }
    }

    private List<String> names(Bundle bundle) {
        return connector.layer(bundle.getLocation()).orElseThrow().providers().stream()
                .map(provider -> provider.name())
                .toList();
    }

    private PluginBuild build(Bundle bundle, String plugin) {
        return builds(bundle).stream()
                .filter(build -> build.plugin().equals(plugin))
                .findFirst()
                .orElseThrow();
    }

    private List<PluginBuild> builds(Bundle bundle) {
        Optional<PluginLayer> layer = connector.layer(bundle.getLocation());
        return catalog.builds().stream()
                .filter(build -> layer.filter(build.layer()::equals).isPresent())
                .toList();
    }
}
