package ferrite.runtime.boot;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import ferrite.runtime.Kernel;
import ferrite.runtime.plugin.DeployFolder;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginConnector;
import ferrite.runtime.plugin.PluginExtender;
import ferrite.runtime.plugin.PluginHost;
import ferrite.runtime.plugin.PluginSettings;
import jakarta.inject.Singleton;
import org.osgi.framework.BundleContext;

/// How the parts of the host know each other. Plug-in instances have injectors of their own.
final class RuntimeModule extends AbstractModule {
    private final Kernel kernel;
    private final BundleContext framework;
    private final PluginConnector connector;
    private final PluginSettings settings;

    private RuntimeModule(Kernel kernel, BundleContext framework, PluginConnector connector, PluginSettings settings) {
        this.kernel = kernel;
        this.framework = framework;
        this.connector = connector;
        this.settings = settings;
    }

    /// Makes everything.
    static Injector compose(
            Kernel kernel, BundleContext framework, PluginConnector connector, PluginSettings settings) {
        openToGuice();
        return Guice.createInjector(Stage.PRODUCTION, new RuntimeModule(kernel, framework, connector, settings));
    }

    /// Lets Guice call our constructors. Said here and not in `module-info`, because it is this class that chose Guice.
    static void openToGuice() {
        Module runtime = RuntimeModule.class.getModule();
        Module guice = Guice.class.getModule();
        runtime.addOpens(RuntimeModule.class.getPackageName(), guice);
        runtime.addOpens(PluginHost.class.getPackageName(), guice);
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        bind(Kernel.class).toInstance(kernel);
        bind(BundleContext.class).toInstance(framework);
        bind(PluginConnector.class).toInstance(connector);
        bind(PluginSettings.class).toInstance(settings);
        bind(PluginCatalog.class).toInstance(new PluginCatalog());
        bind(PluginHost.class).in(Singleton.class);
        bind(InstanceStarter.class).in(Singleton.class);
        bind(PluginExtender.class).in(Singleton.class);
        bind(Deployment.class).in(Singleton.class);
        bind(DeployFolder.class).in(Singleton.class);
        bind(Machine.class).in(Singleton.class);
    }
}
