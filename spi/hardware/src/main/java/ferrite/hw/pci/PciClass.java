package ferrite.hw.pci;

/// What a function does (PCI 3.0 §6.2.1 and appendix D; newer codes from the PCI Code and ID Assignment
/// specification).
///
/// @param base base class, 0..255
/// @param sub sub-class, 0..255
/// @param progIf programming interface, 0..255
public record PciClass(int base, int sub, int progIf) {
    /// Host bridge.
    public static final PciClass HOST_BRIDGE = new PciClass(0x06, 0x00, 0x00);
    /// USB host controller with the xHCI programming interface.
    public static final PciClass XHCI = new PciClass(0x0C, 0x03, 0x30);
    /// Non-volatile memory controller with the NVM Express programming interface.
    public static final PciClass NVME = new PciClass(0x01, 0x08, 0x02);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a component is out of range
    public PciClass {
        if ((base & ~0xFF) != 0 || (sub & ~0xFF) != 0 || (progIf & ~0xFF) != 0) {
            throw new IllegalArgumentException("PCI class %x %x %x not in 0..ff".formatted(base, sub, progIf));
        }
    }

    /// {@return the class with the given 24-bit code; bits above 23 are ignored}
    ///
    /// @param code see [#code()]
    public static PciClass ofCode(int code) {
        return new PciClass(code >>> 16 & 0xFF, code >>> 8 & 0xFF, code & 0xFF);
    }

    /// {@return `base << 16 | sub << 8 | progIf`}
    public int code() {
        return base << 16 | sub << 8 | progIf;
    }

    /// {@return what lspci calls base and sub-class; `Class 0c80` where there is no name here}
    public String text() {
        return switch (base << 8 | sub) {
            case 0x0000 -> "Non-VGA unclassified device";
            case 0x0001 -> "VGA compatible unclassified device";
            case 0x0100 -> "SCSI storage controller";
            case 0x0101 -> "IDE interface";
            case 0x0104 -> "RAID bus controller";
            case 0x0106 -> "SATA controller";
            case 0x0107 -> "Serial Attached SCSI controller";
            case 0x0108 -> "Non-Volatile memory controller";
            case 0x0180 -> "Mass storage controller";
            case 0x0200 -> "Ethernet controller";
            case 0x0280 -> "Network controller";
            case 0x0300 -> "VGA compatible controller";
            case 0x0302 -> "3D controller";
            case 0x0380 -> "Display controller";
            case 0x0400 -> "Multimedia video controller";
            case 0x0401 -> "Multimedia audio controller";
            case 0x0403 -> "Audio device";
            case 0x0500 -> "RAM memory";
            case 0x0580 -> "Memory controller";
            case 0x0600 -> "Host bridge";
            case 0x0601 -> "ISA bridge";
            case 0x0604 -> "PCI bridge";
            case 0x0680 -> "Bridge";
            case 0x0700 -> "Serial controller";
            case 0x0780 -> "Communication controller";
            case 0x0800 -> "PIC";
            case 0x0803 -> "RTC";
            case 0x0805 -> "SD Host controller";
            case 0x0880 -> "System peripheral";
            case 0x0900 -> "Keyboard controller";
            case 0x0980 -> "Input device controller";
            case 0x0C03 -> "USB controller";
            case 0x0C05 -> "SMBus";
            case 0x0C80 -> "Serial bus controller";
            case 0x0D80 -> "Wireless controller";
            case 0x1080 -> "Encryption controller";
            case 0x1180 -> "Signal processing controller";
            case 0x1200 -> "Processing accelerators";
            case 0xFF00 -> "Unassigned class";
            default -> "Class %02x%02x".formatted(base, sub);
        };
    }

    /// {@return what lspci calls the programming interface, e.g. `XHCI`; empty where there is no name here}
    public String progIfText() {
        return switch (code()) {
            case 0x01_06_01 -> "AHCI 1.0";
            case 0x01_08_01 -> "NVMHCI";
            case 0x01_08_02 -> "NVM Express";
            case 0x06_04_00 -> "Normal decode";
            case 0x06_04_01 -> "Subtractive decode";
            case 0x0C_03_00 -> "UHCI";
            case 0x0C_03_10 -> "OHCI";
            case 0x0C_03_20 -> "EHCI";
            case 0x0C_03_30 -> "XHCI";
            case 0x0C_03_40 -> "USB4 Host Interface";
            case 0x0C_03_80 -> "Unspecified";
            case 0x0C_03_FE -> "USB Device";
            default -> "";
        };
    }

    /// {@return six hexadecimal digits, base class first}
    @Override
    public String toString() {
        return "%06x".formatted(code());
    }
}
