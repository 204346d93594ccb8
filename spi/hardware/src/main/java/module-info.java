/// Public hardware formats that a driver and a device model must agree on.
///
/// Records with codecs and register tables only; no behaviour, no state, no threads. Every `decode`
/// accepts every bit pattern; verdicts are separate methods or `Unknown` variants.
module ferrite.hw {
    requires static org.jspecify;

    exports ferrite.hw;
    exports ferrite.hw.bus;
    exports ferrite.hw.pci;
    exports ferrite.hw.scsi;
    exports ferrite.hw.usb;
    exports ferrite.hw.usb.storage;
    exports ferrite.hw.xhci;
}
