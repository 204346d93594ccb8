package ferrite.device.usbstick;

import ferrite.spi.device.Device;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.plugin.Layer;

/// Presents [UsbStick] to the runtime as `usb-stick`.
public final class UsbStickProvider implements DeviceProvider {
    /// Called by the service loader.
    public UsbStickProvider() {}

    @Override
    public String name() {
        return "usb-stick";
    }

    @Override
    public Layer layer() {
        return Layer.PERIPHERAL;
    }

    @Override
    public Class<? extends Device> plugin() {
        return UsbStick.class;
    }
}
