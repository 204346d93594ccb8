package ferrite.driver.xhcid;

import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.SchemeName;

/// What an instance is called, from the settings that pcid gave it.
///
/// @param address of the function, `0000:00:04.0`
/// @param friendly `pci-00.04.00_xhci`
/// @param busScheme where the function is opened, `pci`
record XhciNames(String address, String friendly, String busScheme) {
    static XhciNames of(Settings settings) {
        return new XhciNames(
                settings.requiredText("address"),
                settings.requiredText("name") + "_xhci",
                settings.text("scheme").orElse("pci"));
    }

    /// The scheme that is served, `usb.pci-00.04.00_xhci`.
    String scheme() {
        return "usb." + friendly;
    }

    SchemeName schemeName() {
        return new SchemeName(scheme());
    }
}
