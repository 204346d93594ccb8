package ferrite.driver.pcid;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import java.util.List;

/// A function that answered at enumeration.
///
/// @param config what drivers are told; its BARs hold the assigned addresses
/// @param driver plug-in that drives it; empty if none matches
record PciFunction(FunctionConfig config, String driver) {

    PciAddress address() {
        return config.address();
    }

    PciFunction withBars(List<Bar> bars) {
        return new PciFunction(
                new FunctionConfig(
                        config.address(),
                        config.id(),
                        config.subsystem(),
                        config.pciClass(),
                        config.revision(),
                        config.interruptLine(),
                        config.interruptPin(),
                        bars),
                driver);
    }

    PciFunction withDriver(String newDriver) {
        return new PciFunction(config, newDriver);
    }

    /// `pci-00.04.00`: the address as it appears in scheme names; segment 0 is understood.
    String friendlyName() {
        PciAddress at = address();
        String name = "pci-%02x.%02x.%02x".formatted(at.bus(), at.device(), at.function());
        return at.segment() == 0 ? name : name + "-segment" + at.segment();
    }
}
