package ferrite.driver.xhcid;

import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;

/// Presents xhcid to the runtime.
public final class XhcidProvider implements DriverProvider {
    /// Called by the service loader.
    public XhcidProvider() {}

    @Override
    public String name() {
        return "xhcid";
    }

    @Override
    public Layer layer() {
        return Layer.CONTROLLER_DRIVER;
    }

    @Override
    public Class<? extends Driver> plugin() {
        return XhciDriver.class;
    }
}
