package ferrite.runtime.ring;

import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;

/// Where things stand in the memory of one ring. Each head has a 128-byte line of its own. There are no tails: an entry
/// says itself whether it is there, by its phase bit. The entry counts are not here either: each side keeps its own,
/// which the other cannot corrupt.
///
/// | offset        | bytes  | field            | written by              |
/// |--------------:|-------:|------------------|-------------------------|
/// |             0 |      8 | version          | runtime, once           |
/// |           128 |      8 | SQ head          | producer (takes SQEs)   |
/// |           256 |      8 | CQ head          | consumer (takes CQEs)   |
/// |           384 |      8 | status           | runtime, only upward    |
/// |          4096 | 64 × n | SQEs             | consumer                |
/// | 4096 + 64 × n | 32 × m | CQEs             | producer                |
///
/// Heads count up modulo 2³². The place of an entry is its count modulo the number of entries; its phase bit is 1 in
/// the first lap, 0 in the second, and so on.
final class RingLayout {
    static final int VERSION_NUMBER = 2;

    static final long VERSION = 0;
    static final long SQ_HEAD = 128;
    static final long CQ_HEAD = 256;
    static final long STATUS = 384;
    static final long ENTRIES = 4096;

    /// The words of an SQE; the first is written last and carries the phase bit.
    static final long SQE_HEAD = 0;

    static final long SQE_FD = 8;
    static final long SQE_LENGTH = 16;
    static final long SQE_TAG = 24;
    static final long SQE_ADDRESS = 32;
    static final long SQE_OFFSET = 40;
    static final long SQE_ADDITIONAL1 = 48;
    static final long SQE_ADDITIONAL2 = 56;

    /// Bit 7 of the `flags` byte.
    static final long SQE_PHASE = 1L << 15;

    /// The words of a CQE; `flags` is written last and carries the phase bit.
    static final long CQE_TAG = 0;

    static final long CQE_STATUS = 8;
    static final long CQE_FLAGS = 16;
    static final long CQE_EXTRA = 24;

    static final long CQE_PHASE = 1L << 63;

    private RingLayout() {}

    /// The number of a state in the status field.
    static int status(RingState state) {
        return switch (state) {
            case OPEN -> 0;
            case DRAINING -> 1;
            case CLOSED -> 2;
            case BROKEN -> 3;
        };
    }

    static long bytes(RingParameters parameters) {
        return completions(parameters) + parameters.completionEntries() * CompletionQueueEntry.BYTES;
    }

    /// Offset of the first CQE.
    static long completions(RingParameters parameters) {
        return ENTRIES + parameters.submissionEntries() * SubmissionQueueEntry.BYTES;
    }
}
