package ferrite.filed;

import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;

/// Presents filed to the runtime.
public final class FiledProvider implements DriverProvider {
    /// Called by the service loader.
    public FiledProvider() {}

    @Override
    public String name() {
        return "filed";
    }

    @Override
    public Layer layer() {
        return Layer.HOST;
    }

    @Override
    public Class<? extends Driver> plugin() {
        return FileServer.class;
    }
}
