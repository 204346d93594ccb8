package ferrite.runtime;

import ferrite.spi.plugin.Layer;
import java.util.Optional;

/// What to launch.
///
/// @param plugin name of the plug-in, `xhcid`
/// @param instance name of the new instance, unique in the kernel, `xhcid@0000:00:04.0`
/// @param layer height in the stack
/// @param busAddress of a device that masters the bus, `0000:00:04.0`: the key of its address map
public record LaunchSpec(String plugin, String instance, Layer layer, Optional<String> busAddress) {}
