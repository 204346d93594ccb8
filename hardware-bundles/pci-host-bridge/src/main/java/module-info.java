/// An emulated PCI host bridge: bus 0 of segment 0 and the way to the functions on it. Exports nothing.
module ferrite.device.pcihostbridge {
    requires ferrite.hw;
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.device.DeviceProvider with
            ferrite.device.pcihostbridge.PciHostBridgeProvider;
}
