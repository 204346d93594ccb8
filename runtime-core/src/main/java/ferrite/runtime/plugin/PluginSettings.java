package ferrite.runtime.plugin;

import ferrite.spi.plugin.Settings;
import java.util.Map;

/// Finds the settings of a plug-in that nobody wrote into a machine file.
@FunctionalInterface
public interface PluginSettings {
    /// Settings for an instance that a driver asked for.
    ///
    /// @param plugin its name
    /// @param given by the one who asked; they win over the configuration of the plug-in
    Settings of(String plugin, Map<String, String> given);
}
