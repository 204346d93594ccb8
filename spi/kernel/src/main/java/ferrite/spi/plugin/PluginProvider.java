package ferrite.spi.plugin;

import ferrite.spi.device.DeviceProvider;
import ferrite.spi.driver.DriverProvider;

/// How a plug-in module presents itself. Declared once, in its `module-info.java`:
/// `provides ferrite.spi.driver.DriverProvider with …` or `provides ferrite.spi.device.DeviceProvider with …`.
public sealed interface PluginProvider permits DriverProvider, DeviceProvider {

    /// Name of the plug-in, equal to its folder: `xhcid`, `usb-stick`.
    String name();

    /// Height of its instances in the stack.
    Layer layer();

    /// The class of its instances. Its one constructor, marked `@Inject`, may ask for
    /// [ferrite.spi.context.Context], [Settings], [ferrite.spi.buffer.BufferPool] and, in a device,
    /// [ferrite.spi.device.DeviceMemory].
    Class<? extends Plugin> plugin();
}
