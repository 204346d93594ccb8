package ferrite.driver.xhcid;

import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.TransferType;

/// What an endpoint is; constant while it exists.
///
/// @param slot 1..255
/// @param address number and direction; number 0 is the control endpoint
/// @param type how it moves data
/// @param packetBytes largest packet, 1..1024
record EndpointInfo(int slot, EndpointAddress address, TransferType type, int packetBytes) {
    boolean isControl() {
        return type == TransferType.CONTROL;
    }

    /// Device context index.
    int dci() {
        return address.dci();
    }
}
