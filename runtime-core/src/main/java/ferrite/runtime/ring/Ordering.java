package ferrite.runtime.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// What decides when a received entry may run: DRAIN, CHAIN, HARD_CHAIN, LINK_TIMEOUT and priority. A ring has one only
/// after an entry needed it.
///
/// * DRAIN waits until everything that arrived before it is answered; what arrives later waits until it is.
/// * A successor of CHAIN waits for its predecessor, and only if it has DRAIN itself for others too. If that fails, all of the chain after it is answered
///   ECANCELED; after HARD_CHAIN it runs anyway.
/// * LINK_TIMEOUT runs beside its predecessor and ends with it.
/// * Of those that may run, the highest priority is first; of equals, the first to arrive.
final class Ordering {
    private final ProducerEnd end;
    private final PriorityQueue<InFlight> ready = new PriorityQueue<>(
            Comparator.<InFlight>comparingInt(r -> -r.priority()).thenComparingLong(r -> r.arrival));

    /// Behind a DRAIN, and the DRAINs themselves, in order of arrival; without successors in chains.
    private final ArrayDeque<InFlight> behindDrain = new ArrayDeque<>();

    /// A DRAIN that runs: nothing else may begin.
    private @Nullable InFlight draining;

    /// The entry before, if it has CHAIN or HARD_CHAIN and is not answered; and how it ended, if it is.
    private @Nullable InFlight tail;

    private boolean chainOpen;
    private boolean chainFailed;

    /// Entries that are answered here while answers are being given: keeps a long chain from nesting.
    private final ArrayDeque<InFlight> failed = new ArrayDeque<>();

    Ordering(ProducerEnd end) {
        this.end = end;
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    @Nullable
    InFlight next() {
        InFlight record = ready.poll();
        if (record != null) {
            record.state = InFlight.RECEIVED;
        }
        return record;
    }

    /// A new entry, in order of arrival.
    void arrived(InFlight record) {
        InFlight before = tail;
        boolean inChain = chainOpen;
        boolean broken = chainFailed;
        record.successor = null;
        record.timeout = null;
        record.limited = null;
        record.state = InFlight.HELD;
        boolean chained = (record.flags() & (SqeFlags.CHAIN | SqeFlags.HARD_CHAIN)) != 0;
        if (record.opcode() == Opcode.LINK_TIMEOUT.code()) {
            // The chain goes on from what it limits, if this entry says so.
            boolean invalid = !inChain || before != null && before.timeout != null;
            boolean failsChain = invalid && (record.flags() & SqeFlags.HARD_CHAIN) == 0;
            follow(chained, inChain ? before : null, inChain ? broken : failsChain);
            limit(record, invalid, before);
            return;
        }
        follow(chained, record, false);
        if (!inChain) {
            enter(record);
        } else if (before != null) {
            before.successor = record;
            if (isDrain(record)) {
                behindDrain.addLast(record); // waits for its predecessor there, and all others for it
            }
        } else if (broken) {
            end.answer(record, Errno.ECANCELED.status(), 0);
            settle(record, false);
        } else {
            enter(record);
        }
    }

    /// An entry has been answered.
    void answered(InFlight record, long status) {
        settle(record, !isFailure(record, status) || (record.flags() & SqeFlags.HARD_CHAIN) != 0);
        while (!failed.isEmpty()) {
            InFlight next = failed.poll();
            end.answer(next, Errno.ECANCELED.status(), 0);
            settle(next, false);
        }
        admit();
    }

    /// An entry that waits here is wanted back.
    void withdraw(InFlight record) {
        ready.remove(record);
        behindDrain.remove(record);
        InFlight limited = record.limited;
        if (limited != null) {
            limited.timeout = null;
        }
        InFlight predecessor = end.predecessorOf(record);
        if (predecessor != null) {
            predecessor.successor = null;
            if ((record.flags() & SqeFlags.HARD_CHAIN) != 0) {
                // What follows runs in spite of this, but not before what this had to wait for.
                predecessor.successor = record.successor;
                record.successor = null;
                tail = record == tail ? predecessor : tail;
            }
        }
        answer(record, Errno.ECANCELED);
    }

    private void enter(InFlight record) {
        if (isDrain(record) || draining != null || !behindDrain.isEmpty()) {
            behindDrain.addLast(record);
            admit();
        } else {
            ready.add(record);
        }
    }

    private void limit(InFlight timeout, boolean invalid, @Nullable InFlight before) {
        if (invalid) {
            answer(timeout, Errno.EINVAL);
        } else if (before == null) {
            answer(timeout, Errno.ECANCELED); // what it was to limit has ended
        } else {
            timeout.limited = before;
            before.timeout = timeout;
            if (before.state == InFlight.RECEIVED || ready.contains(before)) {
                ready.add(timeout);
            }
        }
    }

    private void follow(boolean open, @Nullable InFlight newTail, boolean failedBefore) {
        chainOpen = open;
        tail = open ? newTail : null;
        chainFailed = open && failedBefore;
    }

    /// Lets go on what waited for a record that is answered.
    private void settle(InFlight record, boolean goesOn) {
        if (record == tail) {
            tail = null;
            chainFailed = !goesOn;
        }
        if (record == draining) {
            draining = null;
        }
        InFlight timeout = record.timeout;
        record.timeout = null;
        if (timeout != null && timeout.state != InFlight.FREE) {
            timeout.limited = null;
            ready.remove(timeout);
            end.answer(timeout, Errno.ECANCELED.status(), 0);
        }
        InFlight limited = record.limited;
        record.limited = null;
        if (limited != null) {
            limited.timeout = null;
        }
        InFlight next = record.successor;
        record.successor = null;
        if (next == null) {
            return;
        }
        if (!goesOn) {
            behindDrain.remove(next);
            failed.add(next);
        } else if (isDrain(next)) {
            return; // it stands in the row
        } else if (isBehindADrain(next)) {
            lineUp(next);
        } else {
            release(next);
        }
    }

    /// Whether a DRAIN that arrived before is not answered. So only if a predecessor was withdrawn from the row.
    private boolean isBehindADrain(InFlight record) {
        InFlight running = draining;
        if (running != null && running.arrival < record.arrival) {
            return true;
        }
        return behindDrain.stream().anyMatch(other -> isDrain(other) && other.arrival < record.arrival);
    }

    private void lineUp(InFlight record) {
        List<InFlight> row = new ArrayList<>(behindDrain);
        row.add(record);
        row.sort(Comparator.comparingLong(other -> other.arrival));
        behindDrain.clear();
        behindDrain.addAll(row);
    }

    private void release(InFlight record) {
        ready.add(record);
        InFlight timeout = record.timeout;
        if (timeout != null) {
            ready.add(timeout);
        }
    }

    private void admit() {
        while (draining == null) {
            InFlight first = behindDrain.peek();
            if (first == null) {
                return;
            }
            if (isDrain(first)) {
                if (end.unansweredBefore(first.arrival) > 0) {
                    return;
                }
                draining = first;
            }
            behindDrain.poll();
            release(first);
        }
    }

    private void answer(InFlight record, Errno errno) {
        end.answer(record, errno.status(), 0);
        answered(record, errno.status());
    }

    private static boolean isDrain(InFlight record) {
        return (record.flags() & SqeFlags.DRAIN) != 0;
    }

    /// Whether what follows in a chain must not run: an error, or fewer bytes than were asked for.
    private static boolean isFailure(InFlight record, long status) {
        if (status < 0) {
            return true;
        }
        return switch (Opcode.ofOrNop(record.opcode())) {
            case READ, PREAD, WRITE, PWRITE -> status < record.length;
            default -> false;
        };
    }
}
