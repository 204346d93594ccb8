package ferrite.app.blockcat;

import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;

/// Presents the app to the runtime. This class is what `provides … with` in `module-info.java` names.
public final class BlockcatProvider implements DriverProvider {
    /// Called by the service loader.
    public BlockcatProvider() {}

    @Override
    public String name() {
        return "app-blockcat";
    }

    /// Apps are on top: they may open everything below, and nobody waits for them.
    @Override
    public Layer layer() {
        return Layer.APPLICATION;
    }

    @Override
    public Class<? extends Driver> plugin() {
        return Blockcat.class;
    }
}
