package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// The numbers under which shared memory is known in ring entries and to devices: one per runtime.
///
/// Hands out ranges that never overlap, each at a multiple of [#BASE_ALIGNMENT_BYTES]. The high range starts at 4 GiB,
/// so that no memory address looks like bus MMIO, and a number in it is never given out twice: a stale address cannot
/// come to mean somebody else's bytes. The low range, for devices with 32 address bits, is small and is reused after
/// [#release]. Safe from any thread; owns no memory.
public final class AddressSpace {
    /// Every range starts at a multiple of this, bytes.
    public static final long BASE_ALIGNMENT_BYTES = 2L << 20;

    /// Gaps before aligned ranges that are remembered for other ranges; further ones are lost.
    static final int GAPS_MAX = 1 << 16;

    /// First address of the high range.
    public static final long HIGH_START = 0x1_0000_0000L;

    /// End of the high range, exclusive: 47 bits.
    public static final long HIGH_END = 1L << 47;

    /// First address of the low range.
    public static final long LOW_START = 0x1000_0000L;

    /// End of the low range, exclusive.
    public static final long LOW_END = 0x8000_0000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Long> lowEnds = new TreeMap<>();

    /// Of the high range: left out before aligned ranges and never handed out. The shortest first.
    private final TreeSet<Gap> gaps =
            new TreeSet<>(Comparator.comparingLong(Gap::bytes).thenComparingLong(Gap::base));
    private long nextHigh = HIGH_START;

    private record Gap(long base, long bytes) {}

    /// Nothing is handed out yet.
    public AddressSpace() {}

    /// [#reserve(long, long)] at a multiple of [#BASE_ALIGNMENT_BYTES].
    public long reserve(long bytes) {
        return reserve(bytes, BASE_ALIGNMENT_BYTES);
    }

    /// A range at 4 GiB or above. Numbers are cheap, so a range with a large alignment costs no memory; what is left
    /// out before it serves others. There are 131,068 multiples of 1 GiB.
    ///
    /// @param bytes 1 and up
    /// @param alignment of the first address: a power of two, [#BASE_ALIGNMENT_BYTES] and up
    /// @return first address of the range
    /// @throws SchemeException EINVAL for a bad size or alignment, ENOMEM if the range is used up
    public long reserve(long bytes, long alignment) {
        requireAlignment(alignment);
        long padded = padded(bytes, HIGH_END - HIGH_START);
        lock.lock();
        try {
            Gap gap = gaps.ceiling(new Gap(0, padded + (alignment - BASE_ALIGNMENT_BYTES)));
            if (gap != null) {
                gaps.remove(gap);
                return cut(gap.base(), gap.base() + gap.bytes(), padded, alignment);
            }
            long base = Bits.roundUp(nextHigh, alignment);
            if (base > HIGH_END - padded) {
                throw exhausted(bytes, "47-bit");
            }
            long from = nextHigh;
            nextHigh = base + padded;
            return cut(from, nextHigh, padded, alignment);
        } finally {
            lock.unlock();
        }
    }

    /// @return first address of a range in what lies between; the rest becomes gaps
    private long cut(long from, long end, long padded, long alignment) {
        long base = Bits.roundUp(from, alignment);
        remember(from, base);
        remember(base + padded, end);
        return base;
    }

    private void remember(long from, long end) {
        if (end > from && gaps.size() < GAPS_MAX) {
            gaps.add(new Gap(from, end - from));
        }
    }

    /// [#reserveBelow4GiB(long, long)] at a multiple of [#BASE_ALIGNMENT_BYTES].
    public long reserveBelow4GiB(long bytes) {
        return reserveBelow4GiB(bytes, BASE_ALIGNMENT_BYTES);
    }

    /// A range below 2 GiB, for devices with 32 address bits: first fit. One multiple of 1 GiB lies there.
    ///
    /// @param bytes 1 and up
    /// @param alignment of the first address: a power of two, [#BASE_ALIGNMENT_BYTES] and up
    /// @return first address of the range
    /// @throws SchemeException EINVAL for a bad size or alignment, ENOMEM if nothing fits
    public long reserveBelow4GiB(long bytes, long alignment) {
        requireAlignment(alignment);
        long padded = padded(bytes, LOW_END - LOW_START);
        lock.lock();
        try {
            long base = Bits.roundUp(LOW_START, alignment);
            for (Map.Entry<Long, Long> taken : lowEnds.entrySet()) {
                if (taken.getKey() - base >= padded) {
                    break;
                }
                base = Math.max(base, Bits.roundUp(taken.getValue(), alignment));
            }
            if (padded > LOW_END - base) {
                throw exhausted(bytes, "low");
            }
            lowEnds.put(base, base + padded);
            return base;
        } finally {
            lock.unlock();
        }
    }

    /// Gives a range back. A range at 4 GiB or above is forgotten, not reused.
    ///
    /// @param base what a reserve method returned
    public void release(long base) {
        lock.lock();
        try {
            lowEnds.remove(base);
        } finally {
            lock.unlock();
        }
    }

    private static void requireAlignment(long alignment) {
        if (!Bits.isPowerOfTwo(alignment) || alignment < BASE_ALIGNMENT_BYTES) {
            throw new SchemeException(Errno.EINVAL, "alignment " + alignment + " is not a power of two from 2 MiB up");
        }
    }

    private static long padded(long bytes, long most) {
        if (bytes <= 0) {
            throw new SchemeException(Errno.EINVAL, "range of " + bytes + " bytes < 1");
        }
        if (bytes > most) {
            throw new SchemeException(Errno.ENOMEM, "range of " + bytes + " bytes > " + most);
        }
        return Bits.roundUp(bytes, BASE_ALIGNMENT_BYTES);
    }

    private static SchemeException exhausted(long bytes, String range) {
        return new SchemeException(Errno.ENOMEM, "no " + bytes + " bytes left in the " + range + " address range");
    }
}
