package ferrite.spi.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// How large a ring is.
///
/// At most `completionEntries / 2` submissions are in flight or answered and not yet reaped; the other half of the
/// completion queue is for events of multi-shot submissions. So a completion always has a place.
///
/// @param submissionEntries power of two, 1..[#ENTRIES_MAX]
/// @param completionEntries power of two, 2..2 × [#ENTRIES_MAX], at least twice `submissionEntries`
/// @param polled the runtime looks at the ring all the time on a thread of its own, so that neither side wakes the other.
///         For rings to a scheme; costs a processor while there is traffic
public record RingParameters(int submissionEntries, int completionEntries, boolean polled) {
    /// Most entries of a submission queue.
    public static final int ENTRIES_MAX = 32_768;

    /// 64 submissions, 256 completions: 128 requests in flight.
    public static final RingParameters DEFAULT = new RingParameters(64, 256);

    /// A ring that is not polled.
    public RingParameters(int submissionEntries, int completionEntries) {
        this(submissionEntries, completionEntries, false);
    }

    /// @throws SchemeException EINVAL for a size out of range
    public RingParameters {
        check("submission", submissionEntries, ENTRIES_MAX);
        check("completion", completionEntries, 2 * ENTRIES_MAX);
        if (completionEntries < 2 * submissionEntries) {
            throw new SchemeException(
                    Errno.EINVAL,
                    completionEntries + " completion entries < 2 × " + submissionEntries + " submission entries");
        }
    }

    /// Most requests in flight.
    public int inFlightMax() {
        return completionEntries / 2;
    }

    private static void check(String what, int entries, int max) {
        if (entries < 1 || entries > max || Integer.bitCount(entries) != 1) {
            throw new SchemeException(
                    Errno.EINVAL, entries + " " + what + " entries is not a power of two in 1.." + max);
        }
    }
}
