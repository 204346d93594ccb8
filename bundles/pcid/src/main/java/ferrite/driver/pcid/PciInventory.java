package ferrite.driver.pcid;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/// The functions that were found, by address.
final class PciInventory {
    private final String bridgeScheme;
    private final TreeMap<PciAddress, PciFunction> functions = new TreeMap<>();

    /// @param bridgeScheme `hw.bridge0`
    PciInventory(String bridgeScheme) {
        this.bridgeScheme = bridgeScheme;
    }

    void put(PciFunction function) {
        functions.put(function.address(), function);
    }

    boolean has(PciAddress address) {
        return functions.containsKey(address);
    }

    /// @throws SchemeException ENODEV
    PciFunction get(PciAddress address) {
        PciFunction function = functions.get(address);
        if (function == null) {
            throw new SchemeException(Errno.ENODEV, "PCI function " + address);
        }
        return function;
    }

    Collection<PciFunction> all() {
        return functions.values();
    }

    /// Full path of a memory BAR, `hw.bridge0:window/e0000000/10000`; empty for what is no assigned memory.
    Optional<String> windowPath(PciFunction function, int index) {
        Bar bar = function.config().bars().get(index);
        return switch (bar) {
            case Bar.Memory32(long address, long size, boolean _) -> Optional.of(window(address, size));
            case Bar.Memory64(long address, long size, boolean _) -> Optional.of(window(address, size));
            case Bar.Io _, Bar.None _ -> Optional.empty();
        };
    }

    private String window(long address, long size) {
        return bridgeScheme + ":window/" + Long.toHexString(address) + '/' + Long.toHexString(size);
    }
}
