package ferrite.runtime.plugin;

import ferrite.spi.device.DeviceProvider;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.PluginProvider;
import java.util.Comparator;
import org.osgi.framework.Version;

/// One version of one plug-in, ready to make instances.
///
/// @param provider what its module provides
/// @param version its version, for people and for [#BY_VERSION]
/// @param layer where its code lives
public record PluginBuild(PluginProvider provider, String version, PluginLayer layer) {

    /// Older before newer; what is no OSGi version counts as 0.
    static final Comparator<PluginBuild> BY_VERSION = Comparator.comparing(build -> number(build.version));

    /// Name of the plug-in.
    public String plugin() {
        return provider.name();
    }

    /// The contract under which it is offered.
    Class<? extends PluginProvider> contract() {
        return switch (provider) {
            case DriverProvider _ -> DriverProvider.class;
            case DeviceProvider _ -> DeviceProvider.class;
        };
    }

    @Override
    public String toString() {
        return plugin() + ' ' + version;
    }

    private static Version number(String version) {
        try {
            return Version.parseVersion(version);
        } catch (IllegalArgumentException notAVersion) {
            return Version.emptyVersion;
        }
    }
}
