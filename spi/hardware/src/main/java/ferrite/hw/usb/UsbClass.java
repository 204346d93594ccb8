package ferrite.hw.usb;

/// What a device or an interface does (USB-IF class codes).
///
/// @param base class, 0..255; 0 in a device descriptor: see the interfaces
/// @param sub sub-class, 0..255
/// @param protocol 0..255
public record UsbClass(int base, int sub, int protocol) {
    /// Class given by each interface.
    public static final UsbClass PER_INTERFACE = new UsbClass(0, 0, 0);
    /// Mass storage, SCSI transparent command set, bulk-only transport.
    public static final UsbClass BULK_ONLY_STORAGE = new UsbClass(0x08, 0x06, 0x50);

    /// {@return six hexadecimal digits, class first}
    @Override
    public String toString() {
        return "%02x%02x%02x".formatted(base, sub, protocol);
    }
}
