package ferrite.hw.scsi;

import ferrite.hw.order.BigEndian;
import java.lang.foreign.MemorySegment;

/// Why a command failed: fixed format sense data, 18 bytes, big-endian (SPC-4).
///
/// | offset | bytes | field            | meaning                                                  |
/// |-------:|------:|------------------|----------------------------------------------------------|
/// |      0 |     1 | responseCode     | bits 6:0; bit 7: information is valid                    |
/// |      2 |     1 | key              | bits 3:0; filemark, end of medium, wrong length: 0       |
/// |      3 |     4 | information      | by command, e.g. the first bad block                     |
/// |      7 |     1 | additional length | 10: bytes that follow                                   |
/// |      8 |     4 | command-specific | 0                                                        |
/// |     12 |     1 | asc              | additional sense code                                    |
/// |     13 |     1 | ascq             | its qualifier                                            |
/// |     14 |     4 | unit code, key-specific | 0                                                 |
///
/// The parts given as 0 are not carried: decode ignores them.
///
/// @param responseCode 0..127, `RESPONSE_…`
/// @param informationValid whether `information` has a meaning
/// @param key what kind of thing went wrong
/// @param information 0..2^32-1
/// @param asc 0..255, see [AdditionalSense]
/// @param ascq 0..255
public record SenseData(int responseCode, boolean informationValid, SenseKey key, long information, int asc, int ascq) {
    /// Bytes of the structure.
    public static final int BYTES = 18;
    /// Response code: this command, fixed format.
    public static final int RESPONSE_CURRENT = 0x70;
    /// Response code: an earlier command, fixed format.
    public static final int RESPONSE_DEFERRED = 0x71;
    /// Offset, 8 bits; bits 3:0.
    public static final int KEY = 2;
    /// Offset, 8 bits.
    public static final int ASC = 12;
    /// Offset, 8 bits.
    public static final int ASCQ = 13;

    private static final int VALID = 0x80;

    /// {@return current sense data for a well-known cause}
    ///
    /// @param sense key, code and qualifier
    public static SenseData of(AdditionalSense sense) {
        return of(sense.key(), sense.asc(), sense.ascq());
    }

    /// {@return current sense data without information}
    ///
    /// @param key what kind of thing went wrong
    /// @param asc 0..255
    /// @param ascq 0..255
    public static SenseData of(SenseKey key, int asc, int ascq) {
        return new SenseData(RESPONSE_CURRENT, false, key, 0, asc, ascq);
    }

    /// {@return the structure at `at`; meaningful only if [#isFixedFormat()]}
    ///
    /// @param segment memory to read, [#BYTES] from `at` on
    /// @param at offset of the response code
    public static SenseData decode(MemorySegment segment, long at) {
        int first = BigEndian.u8(segment, at);
        return new SenseData(
                first & ~VALID,
                (first & VALID) != 0,
                SenseKey.of(BigEndian.u8(segment, at + KEY)),
                BigEndian.u32(segment, at + 3),
                BigEndian.u8(segment, at + ASC),
                BigEndian.u8(segment, at + ASCQ));
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the response code
    public void encode(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES).fill((byte) 0);
        BigEndian.put8(segment, at, responseCode | (informationValid ? VALID : 0));
        BigEndian.put8(segment, at + KEY, key.code());
        BigEndian.put32(segment, at + 3, (int) information);
        BigEndian.put8(segment, at + 7, BYTES - 8);
        BigEndian.put8(segment, at + ASC, asc);
        BigEndian.put8(segment, at + ASCQ, ascq);
    }

    /// {@return whether the response code is one of the two of fixed format}
    public boolean isFixedFormat() {
        return responseCode == RESPONSE_CURRENT || responseCode == RESPONSE_DEFERRED;
    }
}
