package ferrite.spi.driver;

import ferrite.spi.plugin.PluginProvider;

/// Presents a driver or an application to the runtime.
public non-sealed interface DriverProvider extends PluginProvider {
    @Override
    Class<? extends Driver> plugin();
}
