package ferrite.driver.pcid;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.Capability;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PciClass;
import ferrite.hw.pci.PlacedCapability;
import java.util.ArrayList;
import java.util.List;

/// What `lspci -nn` and `lspci -nn -v` print, without names of makers and products.
final class LspciText {
    private static final int KIB = 10;
    private static final String[] SIZE_UNITS = {"", "K", "M", "G", "T", "P", "E"};

    private LspciText() {}

    /// `00:04.0 USB controller [0c03]: Device [1b36:000d] (rev 01) (prog-if 30 [XHCI])`.
    static String line(PciFunction function) {
        FunctionConfig config = function.config();
        PciClass code = config.pciClass();
        StringBuilder line = new StringBuilder();
        line.append(shortAddress(config.address())).append(' ').append(code.text());
        line.append(" [%02x%02x]: Device [%s]".formatted(code.base(), code.sub(), config.id()));
        if (config.revision() != 0) {
            line.append(" (rev %02x)".formatted(config.revision()));
        }
        if (!code.progIfText().isEmpty()) {
            line.append(" (prog-if %02x [%s])".formatted(code.progIf(), code.progIfText()));
        } else if (code.progIf() != 0) {
            line.append(" (prog-if %02x)".formatted(code.progIf()));
        }
        return line.append('\n').toString();
    }

    /// The line, then what `-v` adds.
    static String paragraph(PciFunction function, ConfigSpace now) {
        FunctionConfig config = function.config();
        StringBuilder text = new StringBuilder(line(function));
        if (config.subsystem().vendor() != 0) {
            text.append("\tSubsystem: Device [").append(config.subsystem()).append("]\n");
        }
        text.append("\tFlags: ").append(flags(config, now)).append('\n');
        for (Bar bar : config.bars()) {
            text.append(region(bar));
        }
        for (PlacedCapability placed : now.capabilities()) {
            text.append("\tCapabilities: [%02x] %s\n".formatted(placed.offset(), capability(placed.capability())));
        }
        if (!function.driver().isEmpty()) {
            text.append("\tKernel driver in use: ").append(function.driver()).append('\n');
        }
        return text.append('\n').toString();
    }

    private static String shortAddress(PciAddress address) {
        String full = address.toString();
        return address.segment() == 0 ? full.substring(full.indexOf(':') + 1) : full;
    }

    private static String flags(FunctionConfig config, ConfigSpace now) {
        List<String> flags = new ArrayList<>();
        if ((now.command() & ConfigSpace.COMMAND_BUS_MASTER) != 0) {
            flags.add("bus master");
        }
        flags.add("fast devsel");
        flags.add("latency 0");
        if (config.interruptPin() != 0 && config.interruptLine() != 0xFF) {
            flags.add("IRQ " + config.interruptLine());
        }
        return String.join(", ", flags);
    }

    private static String region(Bar bar) {
        return switch (bar) {
            case Bar.Memory32(long address, long size, boolean prefetchable) ->
                memory(address, size, "32-bit", prefetchable);
            case Bar.Memory64(long address, long size, boolean prefetchable) ->
                memory(address, size, "64-bit", prefetchable);
            case Bar.Io(long address, long size) -> "\tI/O ports at %04x [size=%s]\n".formatted(address, size(size));
            case Bar.None() -> "";
        };
    }

    private static String memory(long address, long size, String width, boolean prefetchable) {
        return "\tMemory at %08x (%s, %sprefetchable) [size=%s]\n"
                .formatted(address, width, prefetchable ? "" : "non-", size(size));
    }

    private static String size(long bytes) {
        int unit = Math.min(Long.numberOfTrailingZeros(bytes) / KIB, SIZE_UNITS.length - 1);
        return (bytes >>> unit * KIB) + SIZE_UNITS[unit];
    }

    private static String capability(Capability capability) {
        return switch (capability) {
            case Capability.Msi msi ->
                "MSI: Enable%s Count=%d/%d Maskable%s 64bit%s"
                        .formatted(
                                sign(msi.enabled()),
                                1 << msi.multipleMessageEnable(),
                                1 << msi.multipleMessageCapable(),
                                sign((msi.control() & Capability.Msi.CONTROL_PER_VECTOR_MASK) != 0),
                                sign((msi.control() & Capability.Msi.CONTROL_64_BIT) != 0));
            case Capability.Msix msix ->
                "MSI-X: Enable%s Count=%d Masked%s"
                        .formatted(sign(msix.enabled()), msix.tableEntries(), sign(msix.functionMasked()));
            case Capability.Pcie pcie ->
                switch (pcie.deviceType()) {
                    case Capability.Pcie.TYPE_ENDPOINT -> "Express Endpoint, MSI 00";
                    case Capability.Pcie.TYPE_ROOT_PORT -> "Express Root Port (Slot-), MSI 00";
                    case Capability.Pcie.TYPE_INTEGRATED_ENDPOINT -> "Express Root Complex Integrated Endpoint, MSI 00";
                    default -> "Express type " + pcie.deviceType();
                };
            case Capability.PowerManagement power -> "Power Management version " + (power.capabilities() & 7);
            case Capability.VendorSpecific vendor ->
                "Vendor Specific Information: Len=%02x <?>".formatted(vendor.bytes());
            case Capability.Unknown(int id, int _) -> "#%02x".formatted(id);
        };
    }

    private static String sign(boolean on) {
        return on ? "+" : "-";
    }
}
