package ferrite.spi.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What is written to a file of `io_uring:` to create a ring: 32 bytes, little-endian (after the Redox io_uring RFC's
/// create info; its byte positions were never published, these are ours).
///
/// | offset | bytes | field             | meaning                                   |
/// |-------:|------:|-------------------|-------------------------------------------|
/// |      0 |     1 | major             | [#MAJOR]; another one is ENOSYS           |
/// |      1 |     1 | minor             | any                                       |
/// |      2 |     1 | patch             | any                                       |
/// |      3 |     1 | reserved          | 0                                         |
/// |      4 |     4 | flags             | [#POLLED]                                 |
/// |      8 |     8 | length            | [#BYTES]                                  |
/// |     16 |     8 | submissionEntries | see [RingParameters]                      |
/// |     24 |     8 | completionEntries | see [RingParameters]                      |
///
/// @param major version of the ring ABI that the creator speaks
/// @param minor version
/// @param patch version
/// @param flags [#POLLED]
/// @param length of this structure, bytes
/// @param submissionEntries as [RingParameters#submissionEntries()]
/// @param completionEntries as [RingParameters#completionEntries()]
public record RingCreate(
        int major, int minor, int patch, int flags, long length, long submissionEntries, long completionEntries) {
    /// Size in memory, bytes.
    public static final long BYTES = 32;
    /// The version of the ring ABI: 1 had published tails (Redox 2020), 2 has phase bits.
    public static final int MAJOR = 2;
    /// The runtime looks at the ring all the time: [RingParameters#polled()].
    public static final int POLLED = 1;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Of this version, for a ring of these parameters.
    public static RingCreate of(RingParameters parameters) {
        return new RingCreate(
                MAJOR,
                0,
                0,
                parameters.polled() ? POLLED : 0,
                BYTES,
                parameters.submissionEntries(),
                parameters.completionEntries());
    }

    /// Reads any 32 bytes.
    public static RingCreate decode(MemorySegment segment, long at) {
        return new RingCreate(
                segment.get(ValueLayout.JAVA_BYTE, at) & 0xFF,
                segment.get(ValueLayout.JAVA_BYTE, at + 1) & 0xFF,
                segment.get(ValueLayout.JAVA_BYTE, at + 2) & 0xFF,
                segment.get(U32, at + 4),
                segment.get(U64, at + 8),
                segment.get(U64, at + 16),
                segment.get(U64, at + 24));
    }

    /// Writes exactly [#BYTES] bytes.
    public void encode(MemorySegment segment, long at) {
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) major);
        segment.set(ValueLayout.JAVA_BYTE, at + 1, (byte) minor);
        segment.set(ValueLayout.JAVA_BYTE, at + 2, (byte) patch);
        segment.set(ValueLayout.JAVA_BYTE, at + 3, (byte) 0);
        segment.set(U32, at + 4, flags);
        segment.set(U64, at + 8, length);
        segment.set(U64, at + 16, submissionEntries);
        segment.set(U64, at + 24, completionEntries);
    }

    /// What it asks for.
    ///
    /// @throws SchemeException ENOSYS for another major version, EINVAL for a wrong length, unknown flags or a size out of
    ///         range
    public RingParameters parameters() {
        if (major != MAJOR) {
            throw new SchemeException(
                    Errno.ENOSYS, "ring ABI " + major + "." + minor + "." + patch + "; this runtime has " + MAJOR);
        }
        if (length != BYTES || (flags & ~POLLED) != 0) {
            throw new SchemeException(Errno.EINVAL, "create record of " + length + " bytes with flags " + flags);
        }
        if (submissionEntries != (int) submissionEntries || completionEntries != (int) completionEntries) {
            throw new SchemeException(
                    Errno.EINVAL, submissionEntries + " and " + completionEntries + " entries are too many");
        }
        return new RingParameters((int) submissionEntries, (int) completionEntries, (flags & POLLED) != 0);
    }
}
