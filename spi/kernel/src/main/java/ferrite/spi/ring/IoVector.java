package ferrite.spi.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The vector of a `…V` operation. It stands at the start of the submitted buffer, `additional1` parts long; each
/// part lies in the same buffer, so that holding the buffer is the right to all of them.
///
/// | offset | bytes | field                                       |
/// |-------:|------:|---------------------------------------------|
/// |      0 |     8 | start of the part in the buffer, bytes      |
/// |      8 |     8 | length of the part, bytes                   |
public final class IoVector {
    /// Size of one part's description, bytes.
    public static final long BYTES = 16;
    /// Most parts.
    public static final int PARTS_MAX = 1024;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private IoVector() {}

    /// Describes a part.
    ///
    /// @param index 0..[#PARTS_MAX] − 1
    public static void encode(MemorySegment buffer, int index, long start, long length) {
        buffer.set(U64, index * BYTES, start);
        buffer.set(U64, index * BYTES + 8, length);
    }

    /// Reads `parts` descriptions as pairs {start, length}.
    ///
    /// @throws SchemeException EINVAL for 0 or more than [#PARTS_MAX] parts, EFAULT for a part that is not in the buffer
    public static long[] decode(MemorySegment buffer, long parts) {
        if (parts < 1 || parts > PARTS_MAX) {
            throw new SchemeException(Errno.EINVAL, parts + " parts of a vector are not in 1.." + PARTS_MAX);
        }
        long size = buffer.byteSize();
        if (parts * BYTES > size) {
            throw new SchemeException(Errno.EFAULT, parts + " parts do not fit into " + size + " bytes");
        }
        long[] vector = new long[(int) parts * 2];
        for (int i = 0; i < vector.length; i += 2) {
            long start = buffer.get(U64, i * 8L);
            long length = buffer.get(U64, i * 8L + 8);
            if (start < 0 || length < 0 || start > size || length > size - start) {
                throw new SchemeException(
                        Errno.EFAULT,
                        "part " + i / 2 + " (" + start + ", " + length + ") is not in " + size + " bytes");
            }
            vector[i] = start;
            vector[i + 1] = length;
        }
        return vector;
    }
}
