package ferrite.device.usbstick;

/// How the device answers a packet on a bulk endpoint: a number of bytes ≥ 0, or one of these.
final class Handshake {
    /// STALL: the endpoint is halted.
    static final long STALL = -1;
    /// NAK: not now; the bus asks again.
    static final long NAK = -2;
    /// The packet is in work; it is answered later.
    static final long PENDING = -3;

    private Handshake() {}
}
