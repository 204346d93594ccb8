package ferrite.runtime.boot;

import ferrite.runtime.plugin.PluginSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The folder `conf/`: `PLUGIN.toml` holds what is the same for all instances of a plug-in. A machine file, or the driver
/// that asks for an instance, wins over it key by key.
final class ConfigurationFolder implements PluginSettings {
    private final Path folder;

    ConfigurationFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public TomlSettings of(String plugin, Map<String, String> given) {
        return under(plugin, TomlSettings.ofTexts(given, "what the parent driver gave to " + plugin));
    }

    /// These settings over those of the plug-in's file, which may be missing.
    ///
    /// @throws BootException if the file has errors
    TomlSettings under(String plugin, TomlSettings settings) {
        Path path = folder.resolve(plugin + ".toml");
        if (!Files.exists(path)) {
            return settings;
        }
        TomlFile file = TomlFile.read(path);
        return settings.over(TomlSettings.of(file.root(), file.name(), file.name(), text -> text));
    }
}
