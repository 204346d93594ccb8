package ferrite.runtime.boot;

import ferrite.runtime.plugin.BundleInterface;
import ferrite.runtime.plugin.BundleLookup;
import ferrite.runtime.plugin.PluginConnector;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.connect.ConnectFrameworkFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/// The OSGi framework of one machine, with the third-party bundles that belong to the runtime.
final class FelixFramework implements AutoCloseable {
    private static final Logger LOG = System.getLogger(FelixFramework.class.getName());
    private static final long STOP_LIMIT_MILLIS = 10_000;
    private static final String FILE_INSTALL_POLL_MILLIS = "500";

    private final Installation installation;
    private final Framework framework;

    private FelixFramework(Installation installation, Framework framework) {
        this.installation = installation;
        this.framework = framework;
    }

    /// Starts a framework with an empty cache and no bundles.
    static FelixFramework start(Installation installation, DataFolder data, PluginConnector connector) {
        Framework framework = ServiceLoader.load(ConnectFrameworkFactory.class)
                .findFirst()
                .orElseThrow(() ->
                        new BootException("no OSGi framework on the module path; unpack the distribution" + " again"))
                .newFramework(configuration(installation, data), connector);
        try {
            framework.init();
            framework.getBundleContext().addFrameworkListener(FelixFramework::log);
            framework.start();
        } catch (BundleException e) {
            throw new BootException("the OSGi framework does not start: " + e.getMessage(), e);
        }
        BundleLookup.connect(connector, framework.getBundleContext());
        return new FelixFramework(installation, framework);
    }

    /// The framework's own context.
    BundleContext context() {
        return framework.getBundleContext();
    }

    /// Installs a third-party bundle of the distribution and resolves it, without starting it.
    Bundle install(String name) {
        Path jar = installation.bundle(name);
        try {
            Bundle bundle = context().installBundle("reference:" + jar.toUri());
            BundleInterface.loader(resolved(bundle));
            return bundle;
        } catch (BundleException e) {
            throw new BootException("bundle " + jar.getFileName() + " does not install: " + e.getMessage(), e);
        }
    }

    /// Starts a bundle.
    void start(Bundle bundle) {
        try {
            bundle.start();
        } catch (BundleException e) {
            throw new BootException("bundle " + bundle.getSymbolicName() + " does not start: " + e.getMessage(), e);
        }
    }

    /// Calls back when the framework begins to stop, whoever asked for it, before any bundle is stopped.
    void onStopping(Runnable callback) {
        SynchronousBundleListener listener = event -> {
            if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
                callback.run();
            }
        };
        context().addBundleListener(listener);
    }

    /// Waits until somebody stops the framework, such as the `exit` of the shell.
    void awaitStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    @Override
    public void close() {
        BundleLookup.disconnect();
        try {
            framework.stop();
            framework.waitForStop(STOP_LIMIT_MILLIS);
        } catch (BundleException e) {
            LOG.log(Level.WARNING, "the OSGi framework did not stop in order: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> configuration(Installation installation, DataFolder data) {
        Map<String, String> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, data.felix().toString());
        settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        settings.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.exports());
        // With it Felix would reach into java.net with sun.misc.Unsafe.
        settings.put("felix.service.urlhandlers", "false");
        // Felix would log to standard output; what matters comes as a framework event.
        settings.put("felix.log.level", "0");
        settings.put("felix.fileinstall.dir", installation.deploy().toString());
        settings.put("felix.fileinstall.poll", FILE_INSTALL_POLL_MILLIS);
        settings.put(
                "felix.fileinstall.tmpdir", data.path().resolve("fileinstall").toString());
        settings.put("felix.fileinstall.log.default", "jul");
        settings.put("felix.fileinstall.log.level", "2");
        settings.put("gosh.home", installation.shell().toString());
        settings.put("gosh.args", "--nohistory");
        settings.put("ferrite.history", data.path().resolve("shell-history").toString());
        return settings;
    }

    private Bundle resolved(Bundle bundle) throws BundleException {
        boolean done = framework.adapt(FrameworkWiring.class).resolveBundles(List.of(bundle));
        if (!done) {
            throw new BundleException("a package it imports is missing");
        }
        return bundle;
    }

    private static void log(FrameworkEvent event) {
        switch (event.getType()) {
            case FrameworkEvent.ERROR, FrameworkEvent.WARNING ->
                LOG.log(Level.WARNING, () -> event.getBundle() + ": " + event.getThrowable());
            default -> LOG.log(Level.TRACE, () -> "framework event " + event.getType());
        }
    }
}
