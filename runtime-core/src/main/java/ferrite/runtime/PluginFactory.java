package ferrite.runtime;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.context.Context;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.plugin.Plugin;

/// Makes a plug-in instance. Its constructor runs here, under the context's token.
@FunctionalInterface
public interface PluginFactory {
    /// @param memory of the device; without a bus address, one in which nothing is mapped
    Plugin create(Context context, DeviceMemory memory, BufferPool pool);
}
