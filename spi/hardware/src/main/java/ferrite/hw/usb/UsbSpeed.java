package ferrite.hw.usb;

import java.util.Optional;

/// Speed of a device, numbered by the default protocol speed ids of xHCI 1.2 §7.2.2.1.1.
public enum UsbSpeed {
    /// 12 Mb/s.
    FULL(1, 8, 12_000_000L, "12M"),
    /// 1.5 Mb/s.
    LOW(2, 8, 1_500_000L, "1.5M"),
    /// 480 Mb/s.
    HIGH(3, 64, 480_000_000L, "480M"),
    /// 5 Gb/s.
    SUPER(4, 512, 5_000_000_000L, "5000M");

    /// Protocol speed id of an empty port.
    public static final int PSI_NONE = 0;

    private final int psi;
    private final int controlPacketBytes;
    private final long bitsPerSecond;
    private final String text;

    UsbSpeed(int psi, int controlPacketBytes, long bitsPerSecond, String text) {
        this.psi = psi;
        this.controlPacketBytes = controlPacketBytes;
        this.bitsPerSecond = bitsPerSecond;
        this.text = text;
    }

    /// {@return the speed with the given id; empty for 0 and for ids above 4}
    ///
    /// @param psi protocol speed id, as in PORTSC bits 13:10
    public static Optional<UsbSpeed> ofPsi(int psi) {
        return switch (psi) {
            case 1 -> Optional.of(FULL);
            case 2 -> Optional.of(LOW);
            case 3 -> Optional.of(HIGH);
            case 4 -> Optional.of(SUPER);
            default -> Optional.empty();
        };
    }

    /// {@return protocol speed id, 1..4}
    public int psi() {
        return psi;
    }

    /// {@return packet size of endpoint 0 to assume until the device descriptor is read, bytes}
    public int controlPacketBytes() {
        return controlPacketBytes;
    }

    /// {@return signalling rate, bits per second}
    public long bitsPerSecond() {
        return bitsPerSecond;
    }

    /// {@return the form lsusb -t prints: `1.5M`, `12M`, `480M`, `5000M`}
    @Override
    public String toString() {
        return text;
    }
}
