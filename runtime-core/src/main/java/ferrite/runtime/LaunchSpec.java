package ferrite.runtime;

import ferrite.spi.plugin.Layer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What to launch.
///
/// @param plugin name of the plug-in, `xhcid`
/// @param instance name of the new instance, unique in the kernel, `xhcid@0000:00:04.0`
/// @param layer height in the stack
/// @param busAddress of a device that masters the bus, `0000:00:04.0`: the key of its address map
/// @param parent number of the context that may wait for its end, and in whose namespace of that moment it begins; 0:
///         who wished for it through `spawn:`, or nobody
/// @param limits what its context may have; null: the kernel's default
public record LaunchSpec(
        String plugin,
        String instance,
        Layer layer,
        Optional<String> busAddress,
        int parent,
        @Nullable ContextLimits limits) {

    /// A launch with the kernel's default limits, and with the parent that wished for it, if any did.
    public LaunchSpec(String plugin, String instance, Layer layer, Optional<String> busAddress) {
        this(plugin, instance, layer, busAddress, 0, null);
    }
}
