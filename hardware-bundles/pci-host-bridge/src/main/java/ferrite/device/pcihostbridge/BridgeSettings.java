package ferrite.device.pcihostbridge;

import ferrite.hw.pci.PciAddress;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.SchemeName;
import java.util.ArrayList;
import java.util.List;

/// What the machine file says about one bridge, checked.
///
/// | key           | meaning                                                     | default     |
/// |---------------|-------------------------------------------------------------|-------------|
/// | `memory_base` | bus address of the window for BARs, a multiple of 1 MiB     | 0xE000_0000 |
/// | `memory_size` | bytes of it, a multiple of 1 MiB                            | 0x1000_0000 |
/// | `child.name`  | instance of the device model                                |             |
/// | `child.slot`  | `BUS:DEVICE.FUNCTION`, bus 0, not 00:00.0                   |             |
///
/// @param window bus addresses that are routed to functions
/// @param children one a place
record BridgeSettings(MemoryWindow window, List<Child> children) {
    private static final long BASE_DEFAULT = 0xE000_0000L;
    private static final long SIZE_DEFAULT = 0x1000_0000L;
    private static final long GRANULE = 1L << 20;
    private static final long BASE_MAX = 1L << 52;

    /// A device model on the bus.
    ///
    /// @param scheme where it takes accesses
    /// @param address on the bus
    /// @param where its place in the machine file, for messages
    record Child(SchemeName scheme, PciAddress address, String where) {}

    /// Reads the table.
    ///
    /// @throws SchemeException EINVAL, naming the place
    static BridgeSettings of(Settings settings) {
        MemoryWindow window = new MemoryWindow(
                aligned(settings, "memory_base", BASE_DEFAULT), aligned(settings, "memory_size", SIZE_DEFAULT));
        if (window.bytes() == 0) {
            throw invalid(settings, "memory_size", "0; write at least 0x100000");
        }
        List<Child> children = new ArrayList<>();
        for (Settings table : settings.tables("child")) {
            Child child =
                    new Child(new SchemeName("hw." + table.requiredText("name")), address(table), table.where("slot"));
            for (Child other : children) {
                if (other.address.equals(child.address)) {
                    throw invalid(table, "slot", child.address + ", which " + other.scheme + " has at " + other.where);
                }
            }
            children.add(child);
        }
        return new BridgeSettings(window, List.copyOf(children));
    }

    private static long aligned(Settings settings, String key, long otherwise) {
        long value = settings.number(key).orElse(otherwise);
        if (value < 0 || value > BASE_MAX || value % GRANULE != 0) {
            throw invalid(
                    settings, key, "0x%x; write a multiple of 0x%x up to 0x%x".formatted(value, GRANULE, BASE_MAX));
        }
        return value;
    }

    private static PciAddress address(Settings table) {
        String text = table.requiredText("slot");
        PciAddress address;
        try {
            address = PciAddress.parse(text);
        } catch (IllegalArgumentException notAnAddress) {
            throw invalid(table, "slot", "\"" + text + "\"; write BUS:DEVICE.FUNCTION, for example \"00:04.0\"");
        }
        if (address.segment() != 0 || address.bus() != 0) {
            throw invalid(table, "slot", "\"" + text + "\"; this bridge has only bus 00 of segment 0000");
        }
        if (address.device() == 0) {
            throw invalid(table, "slot", "\"" + text + "\"; device 00 is the bridge itself");
        }
        return address;
    }

    private static SchemeException invalid(Settings table, String key, String problem) {
        return new SchemeException(Errno.EINVAL, table.where(key) + ": " + key + " is " + problem);
    }
}
