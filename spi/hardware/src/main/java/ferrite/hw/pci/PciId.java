package ferrite.hw.pci;

/// Who made a function and which product it is (PCI 3.0 §6.2.1).
///
/// @param vendor 0..65535; 65535 means that no function answers
/// @param device 0..65535
public record PciId(int vendor, int device) {
    /// Vendor read where no function answers.
    public static final int VENDOR_NONE = 0xFFFF;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a component is out of range
    public PciId {
        if ((vendor & ~0xFFFF) != 0 || (device & ~0xFFFF) != 0) {
            throw new IllegalArgumentException("PCI id %x:%x not in 0..ffff".formatted(vendor, device));
        }
    }

    /// {@return the id printed as `1b36:000d`}
    ///
    /// @param text two hexadecimal numbers
    /// @throws IllegalArgumentException if `text` has another form
    public static PciId parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not a PCI id: " + text);
        }
        return new PciId(
                Integer.parseInt(text.substring(0, colon), 16), Integer.parseInt(text.substring(colon + 1), 16));
    }

    /// {@return false where no function answers}
    public boolean isPresent() {
        return vendor != VENDOR_NONE;
    }

    /// {@return the form lspci -n prints, `1b36:000d`}
    @Override
    public String toString() {
        return "%04x:%04x".formatted(vendor, device);
    }
}
