package ferrite.device.pcihostbridge;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.ConfigSpace;
import java.util.ArrayList;
import java.util.List;

/// What the bridge knows of the base address registers and the command register of one function: found once by sizing,
/// then kept up to date by watching configuration writes.
final class BarShadow {
    /// First register after the BARs.
    private static final int BARS_END = ConfigSpace.BAR0 + Bar.COUNT * Integer.BYTES;

    private final int[] masks = new int[Bar.COUNT];
    private final int[] values = new int[Bar.COUNT];
    private int command;

    /// Whether a write to this register changes where the function answers.
    static boolean isWatched(int register) {
        return (register >= ConfigSpace.BAR0 && register < BARS_END)
                || register == ConfigSpace.COMMAND
                || register == ConfigSpace.COMMAND + 1;
    }

    /// What sizing found.
    ///
    /// @param index 0..5
    /// @param value of the register
    /// @param mask value after all ones were written
    void sized(int index, int value, int mask) {
        values[index] = value;
        masks[index] = mask;
    }

    void command(int value) {
        command = value & 0xFFFF;
    }

    /// A configuration write goes to the function.
    void written(int register, int length, long value) {
        for (int i = 0; i < length; i++) {
            int at = register + i;
            int octet = (int) (value >>> (8 * i)) & 0xFF;
            if (at == ConfigSpace.COMMAND || at == ConfigSpace.COMMAND + 1) {
                command = replace(command, 8 * (at - ConfigSpace.COMMAND), octet);
            } else if (at >= ConfigSpace.BAR0 && at < BARS_END) {
                int index = (at - ConfigSpace.BAR0) / Integer.BYTES;
                int wanted = replace(values[index], 8 * (at & 3), octet);
                values[index] = (values[index] & ~addressBits(index)) | (wanted & addressBits(index));
            }
        }
    }

    private static int replace(int word, int shift, int octet) {
        return (word & ~(0xFF << shift)) | octet << shift;
    }

    private int addressBits(int index) {
        boolean upperHalf = index > 0 && isWide(index - 1);
        return upperHalf ? masks[index] : masks[index] & ~Bar.MEMORY_FLAGS;
    }

    private boolean isWide(int index) {
        boolean lowerHalf = index == 0 || !isWide(index - 1);
        return lowerHalf && (masks[index] & (Bar.IO_SPACE | Bar.TYPE_64)) == Bar.TYPE_64;
    }

    /// Where the function answers to memory accesses now.
    List<MemoryWindow> windows() {
        List<MemoryWindow> windows = new ArrayList<>();
        if ((command & ConfigSpace.COMMAND_MEMORY) == 0) {
            return windows;
        }
        for (int i = 0; i < Bar.COUNT; ) {
            boolean hasNext = i + 1 < Bar.COUNT;
            Bar bar = Bar.decode(values[i], hasNext ? values[i + 1] : 0, masks[i], hasNext ? masks[i + 1] : 0);
            switch (bar) {
                case Bar.Memory32(long address, long size, boolean _) -> windows.add(new MemoryWindow(address, size));
                case Bar.Memory64(long address, long size, boolean _) -> windows.add(new MemoryWindow(address, size));
                case Bar.Io _, Bar.None _ -> {}
            }
            i += bar.registers();
        }
        return windows;
    }

    void save(StateWriter state) {
        state.i32(command);
        for (int i = 0; i < Bar.COUNT; i++) {
            state.i32(values[i]).i32(masks[i]);
        }
    }

    void restore(StateReader state) {
        command = state.i32("command", 0, 0xFFFF);
        for (int i = 0; i < Bar.COUNT; i++) {
            values[i] = state.i32("BAR", Integer.MIN_VALUE, Integer.MAX_VALUE);
            masks[i] = state.i32("BAR mask", Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
    }
}
