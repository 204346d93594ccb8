package ferrite.client;

import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;

/// What a submission wants beside its operation.
///
/// @param priority larger = sooner, 0..65535
/// @param order to its neighbours
/// @param skipSuccess no completion if it succeeds: only for [Handle#post] and links of a [Chain], which tells how
public record SubmissionContext(int priority, Order order, boolean skipSuccess) {
    /// Priority 0, no order, told of success.
    public static final SubmissionContext DEFAULT = new SubmissionContext(0, Order.NONE, false);

    /// @throws IllegalArgumentException if the priority is out of range
    public SubmissionContext {
        if (priority < 0 || priority > 0xFFFF) {
            throw new IllegalArgumentException("priority " + priority + " is not in 0..65535");
        }
    }

    /// The same with this priority.
    public SubmissionContext withPriority(int newPriority) {
        return new SubmissionContext(newPriority, order, skipSuccess);
    }

    /// The same in this order.
    public SubmissionContext withOrder(Order newOrder) {
        return new SubmissionContext(priority, newOrder, skipSuccess);
    }

    /// The same, told only of failure.
    public SubmissionContext withSkipSuccess() {
        return new SubmissionContext(priority, order, true);
    }

    /// The entry with what this wants; flags that the entry has stay.
    public SubmissionQueueEntry applyTo(SubmissionQueueEntry entry) {
        int flags = entry.flags() | order.flags() | (skipSuccess ? SqeFlags.SKIP_SUCCESS : 0);
        if (flags == entry.flags() && (priority == 0 || priority == entry.priority())) {
            return entry;
        }
        return new SubmissionQueueEntry(
                entry.opcode(),
                flags,
                priority == 0 ? entry.priority() : priority,
                entry.syscallFlags(),
                entry.fd(),
                entry.length(),
                entry.userData(),
                entry.address(),
                entry.offset(),
                entry.additional1(),
                entry.additional2());
    }
}
