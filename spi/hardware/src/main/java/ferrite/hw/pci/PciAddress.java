package ferrite.hw.pci;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a PCI function sits: `segment:bus:device.function` (PCI Express Base 4.0, enhanced configuration
/// access mechanism).
///
/// @param segment segment group, 0..65535; each has its own configuration memory
/// @param bus 0..255
/// @param device 0..31
/// @param function 0..7
public record PciAddress(int segment, int bus, int device, int function) implements Comparable<PciAddress> {
    /// Number of buses of one segment.
    public static final int BUSES_MAX = 256;
    /// Number of devices of one bus.
    public static final int DEVICES_MAX = 32;
    /// Number of functions of one device.
    public static final int FUNCTIONS_MAX = 8;
    /// Configuration memory of one function, bytes.
    public static final int ECAM_FUNCTION_BYTES = 4096;
    /// Configuration memory of one segment, bytes.
    public static final long ECAM_SEGMENT_BYTES = 1L << 28;

    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})\\.([0-7])");

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a component is out of range
    public PciAddress {
        require("segment", segment, 0xFFFF);
        require("bus", bus, BUSES_MAX - 1);
        require("device", device, DEVICES_MAX - 1);
        require("function", function, FUNCTIONS_MAX - 1);
    }

    private static void require(String name, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("PCI " + name + " " + value + " not in 0.." + max);
        }
    }

    /// {@return the address printed as `0000:00:04.0` or, with segment 0 understood, `00:04.0`}
    ///
    /// @param text hexadecimal, any case
    /// @throws IllegalArgumentException if `text` has another form or a number is out of range
    public static PciAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a PCI address: " + text);
        }
        String segment = matcher.group(1);
        return new PciAddress(
                segment == null ? 0 : Integer.parseInt(segment, 16),
                Integer.parseInt(matcher.group(2), 16),
                Integer.parseInt(matcher.group(3), 16),
                Integer.parseInt(matcher.group(4), 16));
    }

    /// {@return the function whose configuration memory holds `offset`; bits above 27 are ignored}
    ///
    /// @param segment segment group, 0..65535
    /// @param offset bytes from the start of the segment's configuration memory
    public static PciAddress fromEcam(int segment, long offset) {
        int bits = (int) offset;
        return new PciAddress(segment, bits >>> 20 & 0xFF, bits >>> 15 & 0x1F, bits >>> 12 & 7);
    }

    /// {@return the address with the given 32-bit form; every bit pattern is one address}
    ///
    /// @param packed see [#packed()]
    public static PciAddress ofPacked(int packed) {
        return new PciAddress(packed >>> 16, packed >>> 8 & 0xFF, packed >>> 3 & 0x1F, packed & 7);
    }

    /// {@return `segment << 16 | bus << 8 | device << 3 | function`}
    public int packed() {
        return segment << 16 | bus << 8 | device << 3 | function;
    }

    /// {@return offset of register 0 in the segment's configuration memory, bytes: `bus << 20 |
    /// device << 15 | function << 12`}
    public long ecamOffset() {
        return (long) bus << 20 | (long) device << 15 | (long) function << 12;
    }

    @Override
    public int compareTo(PciAddress other) {
        return Integer.compareUnsigned(packed(), other.packed());
    }

    /// {@return the form lspci prints, `0000:00:04.0`}
    @Override
    public String toString() {
        return "%04x:%02x:%02x.%d".formatted(segment, bus, device, function);
    }
}
