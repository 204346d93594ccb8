package ferrite.driver.pcid;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;

/// Asks base address registers for their size by writing all ones (PCI 3.0 §6.2.5.1).
///
/// While a register holds all ones, the function does not decode; afterwards register and decoding are as before.
final class BarSizing {
    private static final int DECODE = ConfigSpace.COMMAND_MEMORY | ConfigSpace.COMMAND_IO;

    private final ConfigAccess access;

    BarSizing(ConfigAccess access) {
        this.access = access;
    }

    /// @param count registers of this header type, 0..6
    /// @return exactly `count` elements; the register after a 64-bit one is `None`
    List<Bar> bars(PciAddress function, int count) {
        List<Bar> bars = new ArrayList<>(Bar.COUNT);
        if (count == 0) {
            return bars;
        }
        int command = access.read16(function, ConfigSpace.COMMAND);
        access.write16(function, ConfigSpace.COMMAND, command & ~DECODE);
        while (bars.size() < count) {
            Bar bar = bar(function, bars.size(), count);
            bars.add(bar);
            if (bar.registers() == 2) {
                bars.add(new Bar.None());
            }
        }
        access.write16(function, ConfigSpace.COMMAND, command);
        return bars;
    }

    private Bar bar(PciAddress function, int index, int count) {
        int register = ConfigSpace.BAR0 + Integer.BYTES * index;
        int low = access.read32(function, register);
        int lowMask = mask(function, register, low);
        boolean wide = (lowMask & (Bar.IO_SPACE | 3 << 1)) == Bar.TYPE_64;
        if (!wide) {
            return Bar.decode(low, 0, lowMask, 0);
        }
        if (index + 1 >= count) {
            return new Bar.None(); // a 64-bit register without room for its upper half
        }
        int high = access.read32(function, register + Integer.BYTES);
        return Bar.decode(low, high, lowMask, mask(function, register + Integer.BYTES, high));
    }

    private int mask(PciAddress function, int register, int original) {
        access.write32(function, register, -1);
        int mask = access.read32(function, register);
        access.write32(function, register, original);
        return mask;
    }
}
