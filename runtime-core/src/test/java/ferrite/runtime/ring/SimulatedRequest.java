package ferrite.runtime.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.jspecify.annotations.Nullable;

/// What the oracle knows of one submission of a simulated caller.
final class SimulatedRequest {
    final long id;
    final SubmissionQueueEntry entry;

    /// The entry before it, if that is the entry that it waits for in a chain.
    final @Nullable SimulatedRequest predecessor;

    boolean cancelAsked;
    boolean served;
    boolean answered;
    long answer;
    boolean ended;
    long status;
    long eventsPosted;
    long eventsReaped;

    SimulatedRequest(long id, SubmissionQueueEntry entry, @Nullable SimulatedRequest predecessor) {
        this.id = id;
        this.entry = entry;
        this.predecessor = predecessor;
    }

    boolean has(int flag) {
        return (entry.flags() & flag) != 0;
    }

    boolean isLinkTimeout() {
        return entry.opcode() == Opcode.LINK_TIMEOUT.code();
    }

    boolean isChained() {
        return has(SqeFlags.CHAIN | SqeFlags.HARD_CHAIN);
    }

    /// Whether what follows in its chain must not run.
    boolean stopsItsChain() {
        return ended && status < 0 && !has(SqeFlags.HARD_CHAIN);
    }

    @Override
    public String toString() {
        return id + "(opcode " + entry.opcode() + " flags " + entry.flags() + (cancelAsked ? " cancelled" : "")
                + (served ? " served" : "") + (answered ? " answered" : "")
                + (ended ? " ended " + Errno.describe(status) : "") + ")";
    }
}
