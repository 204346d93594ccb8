package ferrite.device.xhcicontroller;

import ferrite.spi.device.Device;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.plugin.Layer;

/// Presents [XhciController] to the runtime as `xhci-controller`.
public final class XhciControllerProvider implements DeviceProvider {
    /// Called by the service loader.
    public XhciControllerProvider() {}

    @Override
    public String name() {
        return "xhci-controller";
    }

    @Override
    public Layer layer() {
        return Layer.CONTROLLER;
    }

    @Override
    public Class<? extends Device> plugin() {
        return XhciController.class;
    }
}
