package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayList;
import java.util.List;

/// The requests of a ring for an observer, who owns neither end. Both sides go on meanwhile: what is told of a request
/// was so, or is so, and one that came or went while we looked may be missing.
final class RingRequests {
    private static final int UNKNOWN = -1;

    private final Ring ring;

    RingRequests(Ring ring) {
        this.ring = ring;
    }

    List<RingRequest> list() {
        List<RingRequest> list = new ArrayList<>();
        for (int index = 0; index < ring.parameters().inFlightMax(); index++) {
            int use = ring.consumer().useInFlight(index);
            if (use != 0) {
                list.add(look(index, use));
            }
        }
        return list;
    }

    private RingRequest look(int index, int use) {
        InFlight record = ring.producer().recordAt(index);
        if (record.generation != use) {
            return queued(index, use);
        }
        RingRequest.Stage stage = switch (record.state) {
            case InFlight.HELD -> RingRequest.Stage.HELD;
            case InFlight.RECEIVED -> RingRequest.Stage.SERVED;
            default -> RingRequest.Stage.ANSWERED;
        };
        return new RingRequest(index, use, stage, record.opcode(), record.fd);
    }

    /// Nobody but the queue knows more of it yet; it is found there by its tag.
    private RingRequest queued(int index, int use) {
        long tag = (long) use << 32 | index;
        long base = ring.memory().address() + RingLayout.ENTRIES;
        int opcode = UNKNOWN;
        long fd = UNKNOWN;
        for (int place = 0; place < ring.parameters().submissionEntries(); place++) {
            long at = base + place * SubmissionQueueEntry.BYTES;
            if (RawMemory.get(at + RingLayout.SQE_TAG) == tag) {
                opcode = (int) RawMemory.get(at) & 0xFF;
                fd = RawMemory.get(at + RingLayout.SQE_FD);
            }
        }
        return new RingRequest(index, use, RingRequest.Stage.QUEUED, opcode, fd);
    }
}
