package ferrite.runtime.plugin;

import ferrite.spi.plugin.Settings;
import java.util.Optional;

/// What somebody wants to run: the machine file, or a driver that found a device.
///
/// @param plugin name of the plug-in
/// @param instance name that the instance is to have
/// @param busAddress full bus address of a device that reads and writes memory, `0000:00:04.0`
/// @param settings for its constructor
/// @param parent number of the context that wished for it; 0: the machine file. It is the parent whenever the instance
///         starts, and when it has ended the plan is void
public record InstancePlan(String plugin, String instance, Optional<String> busAddress, Settings settings, int parent) {

    /// Of the machine file, without DMA.
    public InstancePlan(String plugin, String instance, Settings settings) {
        this(plugin, instance, Optional.empty(), settings, 0);
    }
}
