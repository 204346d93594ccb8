package ferrite.runtime.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/// A moment or a duration as bytes: 16, little-endian.
///
/// | offset | bytes | field       |
/// |-------:|------:|-------------|
/// |      0 |     8 | seconds     |
/// |      8 |     4 | nanoseconds |
/// |     12 |     4 | 0           |
final class TimeSpecification {
    /// Size in memory, bytes.
    static final int BYTES = 16;

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private TimeSpecification() {}

    /// @return nanoseconds, 0 and up
    /// @throws SchemeException EINVAL for a negative part, a second of nanoseconds, or more than 292 years
    static long decode(MemorySegment bytes, long at) {
        long seconds = bytes.get(U64, at);
        int nanos = bytes.get(U32, at + 8);
        if (seconds < 0 || nanos < 0 || nanos >= NANOS_PER_SECOND || seconds > Long.MAX_VALUE / NANOS_PER_SECOND - 1) {
            throw new SchemeException(Errno.EINVAL, "time of " + seconds + " s and " + nanos + " ns");
        }
        return seconds * NANOS_PER_SECOND + nanos;
    }

    /// @param nanoseconds of the moment or duration
    static byte[] encode(long nanoseconds) {
        byte[] bytes = new byte[BYTES];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        segment.set(U64, 0, Math.floorDiv(nanoseconds, NANOS_PER_SECOND));
        segment.set(U32, 8, (int) Math.floorMod(nanoseconds, NANOS_PER_SECOND));
        return bytes;
    }
}
