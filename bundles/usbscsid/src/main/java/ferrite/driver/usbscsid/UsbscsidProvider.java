package ferrite.driver.usbscsid;

import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;

/// Presents usbscsid to the runtime.
public final class UsbscsidProvider implements DriverProvider {
    /// Called by the service loader.
    public UsbscsidProvider() {}

    @Override
    public String name() {
        return "usbscsid";
    }

    @Override
    public Layer layer() {
        return Layer.CLASS_DRIVER;
    }

    @Override
    public Class<? extends Driver> plugin() {
        return ScsiDiskDriver.class;
    }
}
