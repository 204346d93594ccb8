package ferrite.spi.device;

import ferrite.spi.plugin.PluginProvider;

/// Presents a device model to the runtime.
public non-sealed interface DeviceProvider extends PluginProvider {
    @Override
    Class<? extends Device> plugin();
}
