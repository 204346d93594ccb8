package ferrite.filed.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the host made, `struct io_uring_params`: 120 bytes, little-endian. Offsets are in the mapping of the rings.
///
/// | offset | bytes | field                                                                |
/// |-------:|------:|----------------------------------------------------------------------|
/// |      0 |     4 | submission entries                                                   |
/// |      4 |     4 | completion entries                                                   |
/// |     20 |     4 | features                                                             |
/// |     40 |    40 | submission ring: head, tail, mask, entries, flags, dropped, array, … |
/// |     80 |    40 | completion ring: head, tail, mask, entries, overflow, entries, …     |
///
/// @param entries of the submission queue
/// @param completionEntries of the completion queue
/// @param features `IORING_FEAT_…`
/// @param submissionTail offset
/// @param submissionArray offset
/// @param completionHead offset
/// @param completionTail offset
/// @param completions offset of the first entry
record UringParameters(
        int entries,
        int completionEntries,
        int features,
        int submissionTail,
        int submissionArray,
        int completionHead,
        int completionTail,
        int completions) {
    static final int BYTES = 120;

    private static final int SUBMISSION = 40;
    private static final int COMPLETION = 80;

    static UringParameters decode(MemorySegment raw) {
        return new UringParameters(
                u32(raw, 0),
                u32(raw, 4),
                u32(raw, 20),
                u32(raw, SUBMISSION + 4),
                u32(raw, SUBMISSION + 24),
                u32(raw, COMPLETION),
                u32(raw, COMPLETION + 4),
                u32(raw, COMPLETION + 20));
    }

    private static int u32(MemorySegment raw, long at) {
        return raw.get(ValueLayout.JAVA_INT, at);
    }

    int submissionMask() {
        return entries - 1;
    }

    int completionMask() {
        return completionEntries - 1;
    }

    /// Size of the mapping of both rings.
    long ringBytes(int cqeBytes) {
        return Math.max(
                submissionArray + (long) Integer.BYTES * entries, completions + (long) cqeBytes * completionEntries);
    }
}
