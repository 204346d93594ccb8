package ferrite.device.pcihostbridge;

import ferrite.spi.device.Device;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.plugin.Layer;

/// Presents [PciHostBridge] to the runtime as `pci-host-bridge`.
public final class PciHostBridgeProvider implements DeviceProvider {
    /// Called by the service loader.
    public PciHostBridgeProvider() {}

    @Override
    public String name() {
        return "pci-host-bridge";
    }

    @Override
    public Layer layer() {
        return Layer.BRIDGE;
    }

    @Override
    public Class<? extends Device> plugin() {
        return PciHostBridge.class;
    }
}
