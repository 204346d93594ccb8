package ferrite.driver.pcid;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;

/// What the host bridge passes on, from its file `resources`: lines `memory BASE BYTES` and `buses FIRST LAST`.
///
/// @param memory ranges of bus addresses that reach functions
/// @param firstBus 0..255
/// @param lastBus `firstBus`..255
record BridgeResources(List<Window> memory, int firstBus, int lastBus) {
    private static final int WINDOWS_MAX = 64;
    private static final int BUS_MAX = 255;

    /// A range of bus addresses.
    ///
    /// @param base first address
    /// @param bytes size, 1 and up; `base + bytes` does not overflow
    record Window(long base, long bytes) {
        /// Whether all of `[address, address + size)` lies in it.
        boolean contains(long address, long size) {
            return address >= base && size <= bytes && address - base <= bytes - size;
        }
    }

    BridgeResources {
        memory = List.copyOf(memory);
    }

    /// Reads the text; lines of other kinds are for later versions and skipped.
    ///
    /// @throws SchemeException EBADMSG
    static BridgeResources parse(String text) {
        List<Window> memory = new ArrayList<>();
        int first = 0;
        int last = 0;
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            switch (words[0]) {
                case "memory" -> memory.add(window(words, line));
                case "buses" -> {
                    first = bus(words, 1, line);
                    last = bus(words, 2, line);
                }
                default -> {}
            }
        }
        if (first > last || memory.size() > WINDOWS_MAX) {
            throw new SchemeException(
                    Errno.EBADMSG,
                    "bridge resources: buses " + first + ".." + last + ", " + memory.size() + " windows");
        }
        return new BridgeResources(memory, first, last);
    }

    private static Window window(String[] words, String line) {
        long base = number(words, 1, line);
        long bytes = number(words, 2, line);
        if (base < 0 || bytes <= 0 || base > Long.MAX_VALUE - bytes) {
            throw new SchemeException(Errno.EBADMSG, "bridge resource \"" + line + '"');
        }
        return new Window(base, bytes);
    }

    private static int bus(String[] words, int index, String line) {
        long bus = number(words, index, line);
        if (bus < 0 || bus > BUS_MAX) {
            throw new SchemeException(Errno.EBADMSG, "bridge resource \"" + line + "\": bus not in 0.." + BUS_MAX);
        }
        return (int) bus;
    }

    private static long number(String[] words, int index, String line) {
        try {
            return Long.decode(words[index]);
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException malformed) {
            throw new SchemeException(Errno.EBADMSG, "bridge resource \"" + line + '"');
        }
    }
}
