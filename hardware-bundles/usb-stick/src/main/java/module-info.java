/// An emulated USB mass storage stick over a host image file. Exports nothing.
module ferrite.device.usbstick {
    requires ferrite.hw;
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.device.DeviceProvider with
            ferrite.device.usbstick.UsbStickProvider;
}
