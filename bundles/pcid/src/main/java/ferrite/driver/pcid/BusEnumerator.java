package ferrite.driver.pcid;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PciId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Finds functions (PCI 3.0 §6.1, §6.2.1): each device of each bus, functions 1..7 only if function 0 says so.
final class BusEnumerator {
    private static final System.Logger LOG = System.getLogger(BusEnumerator.class.getName());
    private static final int SECONDARY_BUS = 0x19;

    private final ConfigAccess access;
    private final BarSizing sizing;

    BusEnumerator(ConfigAccess access) {
        this.access = access;
        this.sizing = new BarSizing(access);
    }

    /// All functions on these buses, in the order of their addresses. BARs hold the addresses found in them.
    List<PciFunction> enumerate(int firstBus, int lastBus) {
        List<PciFunction> found = new ArrayList<>();
        for (int bus = firstBus; bus <= lastBus; bus++) {
            for (int device = 0; device < PciAddress.DEVICES_MAX; device++) {
                probeDevice(new PciAddress(0, bus, device, 0), found);
            }
        }
        return found;
    }

    /// Function 0 must exist (PCI 3.0 §3.2.2.3.4): without it there is no device, whatever else answers.
    private void probeDevice(PciAddress first, List<PciFunction> found) {
        if (!isPresent(first)) {
            return;
        }
        found.add(probe(first));
        int headerType = access.read8(first, ConfigSpace.HEADER_TYPE);
        if ((headerType & ConfigSpace.HEADER_TYPE_MULTIFUNCTION) == 0) {
            return;
        }
        for (int function = 1; function < PciAddress.FUNCTIONS_MAX; function++) {
            PciAddress address = new PciAddress(first.segment(), first.bus(), first.device(), function);
            if (isPresent(address)) {
                found.add(probe(address));
            }
        }
    }

    private boolean isPresent(PciAddress address) {
        int vendor = access.read32(address, ConfigSpace.VENDOR_ID) & 0xFFFF;
        // Some bridges answer 0 instead of all ones.
        return vendor != PciId.VENDOR_NONE && vendor != 0;
    }

    private PciFunction probe(PciAddress address) {
        ConfigSpace config = access.snapshot(address);
        List<Bar> bars = new ArrayList<>(sizing.bars(address, config.barCount()));
        bars.addAll(Collections.nCopies(Bar.COUNT - bars.size(), new Bar.None()));
        if (config.headerType() == ConfigSpace.HEADER_TYPE_BRIDGE && access.read8(address, SECONDARY_BUS) == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "pci: bridge {0} has no bus number, what is behind it stays hidden",
                    address);
        }
        boolean normal = config.headerType() == ConfigSpace.HEADER_TYPE_NORMAL;
        return new PciFunction(
                new FunctionConfig(
                        address,
                        config.id(),
                        normal ? config.subsystem() : new PciId(0, 0),
                        config.classCode(),
                        config.revision(),
                        config.interruptLine(),
                        config.interruptPin(),
                        bars),
                "");
    }
}
