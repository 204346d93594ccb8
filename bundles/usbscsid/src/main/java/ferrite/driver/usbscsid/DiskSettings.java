package ferrite.driver.usbscsid;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.SchemeName;

/// What xhcid tells a class driver.
///
/// @param scheme of xhcid, `usb.pci-00.04.00_xhci`
/// @param port 1..255
/// @param configuration value of the configuration
/// @param interfaceNumber 0..255
/// @param alternate setting of the interface
/// @param name of what we drive, `pci-00.04.00_xhci-port1`
record DiskSettings(String scheme, int port, int configuration, int interfaceNumber, int alternate, String name) {
    private static final int BYTE_MAX = 255;

    static DiskSettings of(Settings settings) {
        return new DiskSettings(
                settings.requiredText("scheme"),
                number(settings, "port"),
                number(settings, "configuration"),
                number(settings, "interface"),
                number(settings, "alternate"),
                settings.requiredText("name"));
    }

    /// The scheme that is served, `disk.pci-00.04.00_xhci-port1_scsi`.
    SchemeName diskScheme() {
        return new SchemeName("disk." + name + "_scsi");
    }

    /// A setting that came through `spawn:` is text; one from a file is a number.
    private static int number(Settings settings, String key) {
        long value;
        try {
            value = settings.number(key).orElseThrow(() -> missing(settings, key));
        } catch (SchemeException notANumber) {
            value = parse(settings, key);
        }
        if (value < 0 || value > BYTE_MAX) {
            throw new SchemeException(
                    Errno.EINVAL, settings.where(key) + ": " + key + " " + value + " not in 0.." + BYTE_MAX);
        }
        return (int) value;
    }

    private static long parse(Settings settings, String key) {
        String text = settings.requiredText(key);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new SchemeException(
                    Errno.EINVAL, settings.where(key) + ": " + key + " \"" + text + "\" is no number");
        }
    }

    private static SchemeException missing(Settings settings, String key) {
        return new SchemeException(Errno.EINVAL, settings.where(key) + ": " + key + " is missing");
    }
}
