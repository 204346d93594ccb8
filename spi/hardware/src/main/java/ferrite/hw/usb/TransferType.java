package ferrite.hw.usb;

/// How an endpoint moves data: bits 1:0 of bmAttributes of its descriptor (USB 2.0 §9.6.6, table 9-13).
public enum TransferType {
    /// 0: requests with an optional data stage.
    CONTROL(0),
    /// 1: periodic, without retry.
    ISOCHRONOUS(1),
    /// 2: large, with retry, no reserved bandwidth.
    BULK(2),
    /// 3: small, periodic, with retry.
    INTERRUPT(3);

    private static final TransferType[] BY_CODE = values();

    private final int code;

    TransferType(int code) {
        this.code = code;
    }

    /// {@return the type in bits 1:0 of `attributes`; the others are ignored}
    ///
    /// @param attributes bmAttributes of an endpoint descriptor
    public static TransferType of(int attributes) {
        return BY_CODE[attributes & 3];
    }

    /// {@return the number on the wire, 0..3}
    public int code() {
        return code;
    }
}
