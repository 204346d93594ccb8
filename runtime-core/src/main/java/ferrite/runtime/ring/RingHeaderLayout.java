package ferrite.runtime.ring;

import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Where things stand in the memory of one ring. One field per 128-byte line, so that no two sides share a line.
/// The entry counts are not here: each side keeps its own, which the other cannot corrupt.
///
/// | offset        | bytes  | field            | written by              |
/// |--------------:|-------:|------------------|-------------------------|
/// |             0 |      4 | version          | runtime, once           |
/// |           128 |      4 | SQ head          | producer (takes SQEs)   |
/// |           256 |      4 | SQ tail          | consumer (sends SQEs)   |
/// |           384 |      4 | CQ head          | consumer (takes CQEs)   |
/// |           512 |      4 | CQ tail          | producer (sends CQEs)   |
/// |           640 |      4 | status           | runtime, only upward    |
/// |          4096 | 64 × n | SQEs             | consumer                |
/// | 4096 + 64 × n | 32 × m | CQEs             | producer                |
///
/// Head and tail count up modulo 2³²; the place of an entry is the count modulo the number of entries, and
/// tail − head, which must lie in 0..entries, is how many there are.
final class RingHeaderLayout {
    static final int VERSION_NUMBER = 1;

    static final long VERSION = 0;
    static final long SQ_HEAD = 128;
    static final long SQ_TAIL = 256;
    static final long CQ_HEAD = 384;
    static final long CQ_TAIL = 512;
    static final long STATUS = 640;
    static final long ENTRIES = 4096;

    /// `(MemorySegment ring, long at) → int`, little-endian.
    static final VarHandle U32 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private RingHeaderLayout() {}

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
