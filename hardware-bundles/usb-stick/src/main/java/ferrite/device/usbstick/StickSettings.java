package ferrite.device.usbstick;

import ferrite.hw.usb.UsbSpeed;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.Locale;
import java.util.zip.CRC32;

/// What the machine file says about one stick, checked.
///
/// | key          | meaning                                            | default                 |
/// |--------------|----------------------------------------------------|-------------------------|
/// | `image`      | path of the raw image with its scheme, `file:disk` | required                |
/// | `read_only`  | writes answer WRITE PROTECTED                      | false                   |
/// | `speed`      | `super` or `high`                                  | `super`                 |
/// | `block_size` | 512 or 4096 bytes                                  | 512                     |
/// | `vendor`     | 1..8 printable ASCII characters                    | `Ferrite`               |
/// | `model`      | 1..16 printable ASCII characters                   | `USB Stick`             |
/// | `serial`     | 1..32 printable ASCII characters                   | 12 digits from the name |
///
/// @param image with its scheme
/// @param readOnly no byte of the image is changed
/// @param speed [UsbSpeed#SUPER] or [UsbSpeed#HIGH]
/// @param blockBytes 512 or 4096
/// @param identity who the stick says it is
record StickSettings(String image, boolean readOnly, UsbSpeed speed, int blockBytes, Identity identity) {

    /// Texts in the USB strings and in INQUIRY.
    ///
    /// @param vendor 1..8 characters
    /// @param model 1..16 characters
    /// @param serial 1..32 characters
    record Identity(String vendor, String model, String serial) {
        static final int VENDOR_CHARS_MAX = 8;
        static final int MODEL_CHARS_MAX = 16;
        static final int SERIAL_CHARS_MAX = 32;
    }

    /// Reads the table.
    ///
    /// @param instance name of the running device, for the default serial number
    /// @throws SchemeException EINVAL, naming the place, for a missing or bad value
    static StickSettings of(Settings settings, String instance) {
        return new StickSettings(
                image(settings),
                settings.flag("read_only").orElse(false),
                speed(settings),
                blockBytes(settings),
                new Identity(
                        text(settings, "vendor", "Ferrite", Identity.VENDOR_CHARS_MAX),
                        text(settings, "model", "USB Stick", Identity.MODEL_CHARS_MAX),
                        text(settings, "serial", serialOf(instance), Identity.SERIAL_CHARS_MAX)));
    }

    private static String image(Settings settings) {
        String text = settings.requiredText("image");
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            throw invalid(
                    settings,
                    "image",
                    "\"" + text + "\"; write \"file:NAME\" and give filed the host's file: export.NAME = \"" + text
                            + '"');
        }
        return text;
    }

    private static UsbSpeed speed(Settings settings) {
        String text = settings.text("speed").orElse("super");
        return switch (text) {
            case "super" -> UsbSpeed.SUPER;
            case "high" -> UsbSpeed.HIGH;
            default -> throw invalid(settings, "speed", "\"" + text + "\"; write \"super\" or \"high\"");
        };
    }

    private static int blockBytes(Settings settings) {
        long bytes = settings.number("block_size").orElse(512);
        if (bytes != 512 && bytes != 4096) {
            throw invalid(settings, "block_size", bytes + " bytes; write 512 or 4096");
        }
        return (int) bytes;
    }

    private static String text(Settings settings, String key, String otherwise, int charsMax) {
        String text = settings.text(key).orElse(otherwise);
        boolean printable = text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
        if (text.isEmpty() || text.length() > charsMax || !printable) {
            throw invalid(settings, key, "\"" + text + "\"; write 1.." + charsMax + " printable ASCII characters");
        }
        return text;
    }

    /// BOT 1.0 §4.1.1 asks for at least 12 digits of `0-9 A-F`.
    private static String serialOf(String instance) {
        CRC32 crc = new CRC32();
        instance.chars().forEach(crc::update);
        return String.format(Locale.ROOT, "FE00%08X", crc.getValue());
    }

    private static SchemeException invalid(Settings settings, String key, String problem) {
        return new SchemeException(Errno.EINVAL, settings.where(key) + ": " + key + " is " + problem);
    }
}
