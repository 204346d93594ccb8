package ferrite.hw;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/// An immutable string of bytes, compared by content: the part of a format that this module carries but
/// does not interpret. Used by any thread.
public final class Octets {
    /// No bytes.
    public static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /// {@return a copy of the given bytes}
    ///
    /// @param bytes the content
    public static Octets of(byte... bytes) {
        return bytes.length == 0 ? EMPTY : new Octets(bytes.clone());
    }

    /// {@return a copy of `length` bytes of `segment` from `at`; cut where the segment ends, empty if
    /// `length` is negative}
    ///
    /// @param segment memory to copy from
    /// @param at offset of the first byte
    /// @param length bytes wanted
    public static Octets copyOf(MemorySegment segment, long at, long length) {
        long available = Math.min(length, segment.byteSize() - at);
        if (available <= 0) {
            return EMPTY;
        }
        return new Octets(segment.asSlice(at, available).toArray(ValueLayout.JAVA_BYTE));
    }

    /// {@return how many bytes there are}
    public int size() {
        return bytes.length;
    }

    /// {@return the byte at `index`, 0..255}
    ///
    /// @param index 0 to [#size()] - 1
    public int at(int index) {
        return bytes[index] & 0xFF;
    }

    /// {@return a copy of the content}
    public byte[] toArray() {
        return bytes.clone();
    }

    /// Writes exactly [#size()] bytes.
    ///
    /// @param segment memory to write to
    /// @param at offset of the first byte
    public void encode(MemorySegment segment, long at) {
        for (int i = 0; i < bytes.length; i++) {
            LittleEndian.put8(segment, at + i, bytes[i]);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// {@return the bytes as lower-case hex, first byte first}
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
