package ferrite.driver.pcid;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;

/// Writes what enumeration decided into the functions: BAR addresses, then decoding and bus mastering.
final class BarRegisters {
    private final ConfigAccess access;

    BarRegisters(ConfigAccess access) {
        this.access = access;
    }

    /// Which of these functions decode memory as they were found.
    List<PciAddress> decoding(List<PciFunction> functions) {
        List<PciAddress> found = new ArrayList<>();
        for (PciFunction function : functions) {
            if ((access.read16(function.address(), ConfigSpace.COMMAND) & ConfigSpace.COMMAND_MEMORY) != 0) {
                found.add(function.address());
            }
        }
        return found;
    }

    /// Writes changed BARs with decoding off, then turns memory decoding and bus mastering on. A function without
    /// an assigned BAR gets bus mastering only, so that nothing decodes at address 0.
    void apply(PciFunction before, PciFunction after) {
        int command = access.read16(after.address(), ConfigSpace.COMMAND);
        boolean decodes = false;
        for (int i = 0; i < Bar.COUNT; i++) {
            Bar bar = after.config().bars().get(i);
            decodes |= !(bar instanceof Bar.None);
            if (!bar.equals(before.config().bars().get(i)) && !(bar instanceof Bar.None)) {
                access.write16(after.address(), ConfigSpace.COMMAND, command & ~ConfigSpace.COMMAND_MEMORY);
                write(after, i, bar);
            }
        }
        int wanted = ConfigSpace.COMMAND_BUS_MASTER | (decodes ? ConfigSpace.COMMAND_MEMORY : 0);
        access.write16(after.address(), ConfigSpace.COMMAND, command & ~ConfigSpace.COMMAND_MEMORY | wanted);
    }

    private void write(PciFunction function, int index, Bar bar) {
        int register = ConfigSpace.BAR0 + Integer.BYTES * index;
        access.write32(function.address(), register, (int) bar.raw());
        if (bar.registers() == 2) {
            access.write32(function.address(), register + Integer.BYTES, (int) (bar.raw() >>> Integer.SIZE));
        }
    }
}
