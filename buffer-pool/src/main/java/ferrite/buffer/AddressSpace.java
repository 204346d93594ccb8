package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Map;
import java.util.TreeMap;
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
    private long nextHigh = HIGH_START;

    /// Nothing is handed out yet.
    public AddressSpace() {}

    /// A range at 4 GiB or above.
    ///
    /// @param bytes 1 and up
    /// @return first address of the range
    /// @throws SchemeException EINVAL for a bad size, ENOMEM if the range is used up
    public long reserve(long bytes) {
        long padded = padded(bytes, HIGH_END - HIGH_START);
        lock.lock();
        try {
            if (padded > HIGH_END - nextHigh) {
                throw exhausted(bytes, "47-bit");
            }
            long base = nextHigh;
            nextHigh += padded;
            return base;
        } finally {
            lock.unlock();
        }
    }

    /// A range below 2 GiB, for devices with 32 address bits: first fit.
    ///
    /// @param bytes 1 and up
    /// @return first address of the range
    /// @throws SchemeException EINVAL for a bad size, ENOMEM if nothing fits
    public long reserveBelow4GiB(long bytes) {
        long padded = padded(bytes, LOW_END - LOW_START);
        lock.lock();
        try {
            long base = LOW_START;
            for (Map.Entry<Long, Long> taken : lowEnds.entrySet()) {
                if (taken.getKey() - base >= padded) {
                    break;
                }
                base = taken.getValue();
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
