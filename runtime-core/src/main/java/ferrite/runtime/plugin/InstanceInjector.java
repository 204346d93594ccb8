package ferrite.runtime.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import com.google.inject.spi.Message;
import ferrite.runtime.PluginFactory;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.context.Context;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginProvider;
import ferrite.spi.plugin.Settings;
import java.util.Collection;

/// Makes plug-in instances: one injector for each, which knows what a plug-in may ask for and nothing else.
///
/// It is no child of the kernel's injector: a parent would remember the keys of its children, and with them the
/// classes of plug-ins that have long been replaced; and nothing of the kernel is a plug-in's to ask for.
final class InstanceInjector {

    private InstanceInjector() {}

    /// A factory for instances with these settings.
    static PluginFactory factory(PluginBuild build, Settings settings) {
        return (context, memory, pool) -> create(new InstanceModule(build.provider(), settings, context, memory, pool));
    }

    private static Plugin create(InstanceModule module) {
        try {
            return Guice.createInjector(Stage.PRODUCTION, module).getInstance(module.provider.plugin());
        } catch (ProvisionException e) {
            throw cause(e, e.getErrorMessages());
        } catch (CreationException e) {
            throw cause(e, e.getErrorMessages());
        } catch (ConfigurationException e) {
            throw cause(e, e.getErrorMessages());
        }
    }

    /// What the plug-in itself threw, or the first thing that Guice has to say.
    private static RuntimeException cause(RuntimeException thrown, Collection<Message> messages) {
        if (thrown.getCause() instanceof RuntimeException own) {
            return own;
        }
        return new IllegalStateException(messages.iterator().next().getMessage(), thrown.getCause());
    }

    private static final class InstanceModule extends AbstractModule {
        private final PluginProvider provider;
        private final Settings settings;
        private final Context context;
        private final DeviceMemory memory;
        private final BufferPool pool;

        InstanceModule(
                PluginProvider provider, Settings settings, Context context, DeviceMemory memory, BufferPool pool) {
            this.provider = provider;
            this.settings = settings;
            this.context = context;
            this.memory = memory;
            this.pool = pool;
        }

        @Override
        protected void configure() {
            binder().requireExplicitBindings();
            binder().requireAtInjectOnConstructors();
            binder().requireExactBindingAnnotations();
            bind(provider.plugin());
            bind(Settings.class).toInstance(settings);
            bind(Context.class).toInstance(context);
            bind(BufferPool.class).toInstance(pool);
            if (provider instanceof DeviceProvider) {
                bind(DeviceMemory.class).toInstance(memory);
            }
        }
    }
}
