/// An emulated xHCI host controller: a PCI function whose ports carry device models. Exports nothing.
module ferrite.device.xhcicontroller {
    requires ferrite.hw;
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.device.DeviceProvider with
            ferrite.device.xhcicontroller.XhciControllerProvider;
}
