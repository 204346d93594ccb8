package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;

/// The way from consumer to producer: 64-byte entries, one sender, one receiver, each on any thread.
///
/// An entry is published by its own first word, which is written last (release) and carries the phase bit; the receiver
/// reads that word first (acquire). So one cache line crosses for an entry and nothing else. The receiver publishes its
/// head only now and then, for the sender to know which places are free again.
///
/// Entries that are put together are published together: the first word of the *first* of them is held back until all
/// others stand. The receiver takes them in order, so it cannot come past it; and it does not pull away a cache line that
/// is being written.
final class SubmissionQueue {
    private static final int BYTES_SHIFT = 6;

    private SubmissionQueue() {}

    /// The sending side. Its fields belong to one thread at a time.
    static final class Sender extends Padded {
        private final long entriesAt;
        private final long headAt;
        private final int entries;
        private int tail;
        private int headSeen;

        /// The first entry that is not published, and its first word; 0: all are.
        private long heldAt;

        private long held;

        /// @param base address of the ring's memory
        Sender(long base, int entries) {
            entriesAt = base + RingLayout.ENTRIES;
            headAt = base + RingLayout.SQ_HEAD;
            this.entries = entries;
        }

        /// @return free places as far as this side knows, ≥ 0, or −1 if the receiver wrote an impossible head
        int room() {
            int used = tail - headSeen;
            return used < entries ? entries - used : look();
        }

        private int look() {
            // ORDER: acquire; pairs with the release in Receiver.publish: the entries were read before they are
            // written again.
            int head = (int) RawMemory.getAcquire(headAt);
            int used = tail - head;
            if (used < 0 || used > entries || head - headSeen < 0) {
                return -1;
            }
            headSeen = head;
            return entries - used;
        }

        /// Writes one entry, which [#publish] will let the receiver see; there must be room.
        ///
        /// @param head opcode, flags, priority and syscall flags, without the phase bit
        void put(
                long head,
                long fd,
                long length,
                long tag,
                long address,
                long offset,
                long additional1,
                long additional2) {
            int count = tail;
            long at = RawMemory.at(entriesAt + ((long) (count & entries - 1) << BYTES_SHIFT));
            RawMemory.set(at + RingLayout.SQE_FD, fd);
            RawMemory.set(at + RingLayout.SQE_LENGTH, length);
            RawMemory.set(at + RingLayout.SQE_TAG, tag);
            RawMemory.set(at + RingLayout.SQE_ADDRESS, address);
            RawMemory.set(at + RingLayout.SQE_OFFSET, offset);
            RawMemory.set(at + RingLayout.SQE_ADDITIONAL1, additional1);
            RawMemory.set(at + RingLayout.SQE_ADDITIONAL2, additional2);
            long first = head & ~RingLayout.SQE_PHASE | ((count & entries) == 0 ? RingLayout.SQE_PHASE : 0);
            if (heldAt == 0) {
                heldAt = at;
                held = first;
            } else {
                RawMemory.set(at, first); // cannot be seen before the one that is held back
            }
            tail = count + 1;
        }

        /// Lets the receiver see what was put.
        void publish() {
            long at = heldAt;
            if (at != 0) {
                heldAt = 0;
                // ORDER: release; pairs with the acquire in Receiver.next: all are whole before the first can be seen.
                RawMemory.setRelease(RawMemory.at(at), held);
            }
        }

        /// How many were put, modulo 2³².
        int sent() {
            return tail;
        }
    }

    /// The receiving side. Its fields belong to one thread at a time.
    static final class Receiver extends Padded {
        private final long entriesAt;
        private final long headAt;
        private final int entries;
        private final int publishEvery;
        private int head;
        private int published;

        Receiver(long base, int entries) {
            entriesAt = base + RingLayout.ENTRIES;
            headAt = base + RingLayout.SQ_HEAD;
            this.entries = entries;
            publishEvery = Math.max(1, entries / 4);
        }

        /// @return address of the next entry, 0 if there is none
        long next() {
            int count = head;
            long at = RawMemory.at(entriesAt + ((long) (count & entries - 1) << BYTES_SHIFT));
            // ORDER: acquire; pairs with the release in Sender.publish.
            boolean phase = (RawMemory.getAcquire(at) & RingLayout.SQE_PHASE) != 0;
            if (phase == ((count & entries) == 0)) {
                return at;
            }
            if (published != count) {
                publish(count);
            }
            return 0;
        }

        /// The entry at [#next] has been read.
        void taken() {
            int count = head + 1;
            head = count;
            if (count - published >= publishEvery) {
                publish(count);
            }
        }

        private void publish(int count) {
            published = count;
            // ORDER: release; pairs with the acquire in Sender.look.
            RawMemory.setRelease(headAt, count & 0xFFFF_FFFFL);
        }

        /// Whether an entry can be taken. Any thread.
        boolean hasNext() {
            int count = head;
            long at = RawMemory.at(entriesAt + ((long) (count & entries - 1) << BYTES_SHIFT));
            return (RawMemory.getAcquire(at) & RingLayout.SQE_PHASE) != 0 == ((count & entries) == 0);
        }

        /// How many were taken, modulo 2³².
        int received() {
            return head;
        }
    }
}
