package ferrite.hw.scsi;

import ferrite.hw.order.BigEndian;
import java.lang.foreign.MemorySegment;

/// Standard INQUIRY data: the first 36 bytes (SPC-4).
///
/// | offset | bytes | field             | meaning                                              |
/// |-------:|------:|-------------------|------------------------------------------------------|
/// |      0 |     1 | peripheral        | bits 7:5 qualifier, bits 4:0 device type, 0 = disk   |
/// |      1 |     1 | removable         | bit 7                                                |
/// |      2 |     1 | version           | 0x06 = SPC-4                                         |
/// |      3 |     1 | responseFormat    | bits 3:0, 2 = this format                            |
/// |      4 |     1 | additional length | 31: bytes that follow                                |
/// |      5 |     3 | flags             | 0                                                    |
/// |      8 |     8 | vendor            | ASCII, padded with spaces                            |
/// |     16 |    16 | product           | ASCII, padded with spaces                            |
/// |     32 |     4 | revision          | ASCII, padded with spaces                            |
///
/// Decode takes a byte for a character (ISO 8859-1) and drops spaces and zeroes at the end; flags are not
/// carried.
///
/// @param peripheral qualifier and device type, 0..255
/// @param removable the medium can be changed
/// @param version 0..255
/// @param responseFormat 0..15
/// @param vendor at most 8 characters
/// @param product at most 16 characters
/// @param revision at most 4 characters
public record InquiryData(
        int peripheral,
        boolean removable,
        int version,
        int responseFormat,
        String vendor,
        String product,
        String revision) {
    /// Bytes of the structure.
    public static final int BYTES = 36;
    /// Device type: direct access block device.
    public static final int DEVICE_TYPE_DISK = 0;
    /// Peripheral of a logical unit that cannot be: qualifier 011b, type 1Fh.
    public static final int PERIPHERAL_ABSENT = 0x7F;
    /// Version: SPC-4.
    public static final int VERSION_SPC_4 = 0x06;
    /// The only response format.
    public static final int RESPONSE_FORMAT = 2;

    private static final int VENDOR = 8;
    private static final int PRODUCT = 16;
    private static final int REVISION = 32;

    /// Checks the lengths.
    ///
    /// @throws IllegalArgumentException if a text is too long
    public InquiryData {
        requireLength("vendor", vendor, PRODUCT - VENDOR);
        requireLength("product", product, REVISION - PRODUCT);
        requireLength("revision", revision, BYTES - REVISION);
    }

    private static void requireLength(String name, String text, int max) {
        if (text.length() > max) {
            throw new IllegalArgumentException(name + " " + text.length() + " > " + max + " characters");
        }
    }

    /// {@return the structure at `at`}
    ///
    /// @param segment memory to read, [#BYTES] from `at` on
    /// @param at offset of the first byte
    public static InquiryData decode(MemorySegment segment, long at) {
        return new InquiryData(
                BigEndian.u8(segment, at),
                (BigEndian.u8(segment, at + 1) & 0x80) != 0,
                BigEndian.u8(segment, at + 2),
                BigEndian.u8(segment, at + 3) & 0xF,
                text(segment, at + VENDOR, PRODUCT - VENDOR),
                text(segment, at + PRODUCT, REVISION - PRODUCT),
                text(segment, at + REVISION, BYTES - REVISION));
    }

    private static String text(MemorySegment segment, long at, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) BigEndian.u8(segment, at + i));
        }
        int end = length;
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
            end--;
        }
        return text.substring(0, end);
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the first byte
    public void encode(MemorySegment segment, long at) {
        segment.asSlice(at, VENDOR).fill((byte) 0);
        BigEndian.put8(segment, at, peripheral);
        BigEndian.put8(segment, at + 1, removable ? 0x80 : 0);
        BigEndian.put8(segment, at + 2, version);
        BigEndian.put8(segment, at + 3, responseFormat & 0xF);
        BigEndian.put8(segment, at + 4, BYTES - 5);
        putText(segment, at + VENDOR, PRODUCT - VENDOR, vendor);
        putText(segment, at + PRODUCT, REVISION - PRODUCT, product);
        putText(segment, at + REVISION, BYTES - REVISION, revision);
    }

    private static void putText(MemorySegment segment, long at, int length, String text) {
        for (int i = 0; i < length; i++) {
            BigEndian.put8(segment, at + i, i < text.length() ? text.charAt(i) : ' ');
        }
    }

    /// {@return device type, 0..31}
    public int deviceType() {
        return peripheral & 0x1F;
    }

    /// {@return whether a unit with this number is connected: qualifier 000b}
    public boolean isConnected() {
        return peripheral >>> 5 == 0;
    }
}
