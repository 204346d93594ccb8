package ferrite.hw.pci;

import ferrite.hw.Octets;
import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A capability and where it sits in the configuration space; also the element that
/// [PcidOperation#FETCH_ALL_CAPABILITIES] writes: 32 bytes, little-endian.
///
/// | offset | bytes | field      | meaning                                                       |
/// |-------:|------:|------------|---------------------------------------------------------------|
/// |      0 |     2 | offset     | of the capability in the configuration space, bytes           |
/// |      2 |     2 | length     | bytes of the capability that follow, 2..24                    |
/// |      4 |     4 | reserved   | 0                                                             |
/// |      8 |    24 | capability | as in the configuration space, then zeroes; vendor data cut at 21 bytes |
///
/// @param offset bytes, 0..65535
/// @param capability what is there
public record PlacedCapability(int offset, Capability capability) {
    /// Bytes of one element.
    public static final int BYTES = 32;
    /// Most bytes of a capability that are carried.
    public static final int CAPABILITY_BYTES_MAX = 24;

    private static final int BODY = 8;

    /// {@return the element at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the element
    public static PlacedCapability decode(MemorySegment segment, long at) {
        return new PlacedCapability(
                LittleEndian.u16(segment, at), Capability.decode(segment.asSlice(at + BODY, CAPABILITY_BYTES_MAX), 0));
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the element
    public void encode(MemorySegment segment, long at) {
        Capability carried = clipped();
        segment.asSlice(at, BYTES).fill((byte) 0);
        LittleEndian.put16(segment, at, offset);
        LittleEndian.put16(segment, at + 2, carried.bytes());
        carried.encode(segment, at + BODY);
    }

    private Capability clipped() {
        if (capability instanceof Capability.VendorSpecific vendor && vendor.bytes() > CAPABILITY_BYTES_MAX) {
            byte[] kept = Arrays.copyOf(
                    vendor.data().toArray(), CAPABILITY_BYTES_MAX - Capability.VendorSpecific.HEADER_BYTES);
            return new Capability.VendorSpecific(vendor.next(), Octets.of(kept));
        }
        return capability;
    }
}
