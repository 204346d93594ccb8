package ferrite.hw.xhci;

import ferrite.hw.usb.TransferType;

/// Transfer type and direction: three bits (xHCI 1.2 §6.2.3).
public enum EndpointType {
    /// 0: no endpoint.
    NOT_VALID(0),
    /// 1: to the device.
    ISOCHRONOUS_OUT(1),
    /// 2: to the device.
    BULK_OUT(2),
    /// 3: to the device.
    INTERRUPT_OUT(3),
    /// 4: both ways.
    CONTROL(4),
    /// 5: to the host.
    ISOCHRONOUS_IN(5),
    /// 6: to the host.
    BULK_IN(6),
    /// 7: to the host.
    INTERRUPT_IN(7);

    private static final EndpointType[] BY_CODE = values();

    private final int code;

    EndpointType(int code) {
        this.code = code;
    }

    /// {@return the type in the low bits; the others are ignored}
    ///
    /// @param bits field of the context
    public static EndpointType of(int bits) {
        return BY_CODE[bits & 0x7];
    }

    /// {@return the type of an endpoint with a USB descriptor}
    ///
    /// @param type transfer type
    /// @param in to the host; without meaning for control
    public static EndpointType of(TransferType type, boolean in) {
        return switch (type) {
            case CONTROL -> CONTROL;
            case ISOCHRONOUS -> in ? ISOCHRONOUS_IN : ISOCHRONOUS_OUT;
            case BULK -> in ? BULK_IN : BULK_OUT;
            case INTERRUPT -> in ? INTERRUPT_IN : INTERRUPT_OUT;
        };
    }

    /// {@return the number on the wire}
    public int code() {
        return code;
    }
}
