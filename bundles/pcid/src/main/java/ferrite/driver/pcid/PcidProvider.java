package ferrite.driver.pcid;

import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;

/// Presents pcid to the runtime.
public final class PcidProvider implements DriverProvider {
    /// Called by the service loader.
    public PcidProvider() {}

    @Override
    public String name() {
        return "pcid";
    }

    @Override
    public Layer layer() {
        return Layer.BUS_DRIVER;
    }

    @Override
    public Class<? extends Driver> plugin() {
        return PciDriver.class;
    }
}
