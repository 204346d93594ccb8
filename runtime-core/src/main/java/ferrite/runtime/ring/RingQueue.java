package ferrite.runtime.ring;

import java.lang.foreign.MemorySegment;

/// The index arithmetic of one direction of a ring: one sender, one receiver, entries of a fixed size.
///
/// Each side keeps its own count privately (in its own object, so that no line is shared by accident) and publishes it
/// in the header; of the other side's count it believes nothing that is impossible.
final class RingQueue {
    private RingQueue() {}

    /// The sending side: the consumer for SQEs, the producer for CQEs.
    static final class Sender {
        private final MemorySegment memory;
        private final long headAt;
        private final long tailAt;
        private final long entriesAt;
        private final int entries;
        private final long entryBytes;
        private int tail;
        private int headSeen;

        Sender(MemorySegment memory, long headAt, long tailAt, long entriesAt, int entries, long entryBytes) {
            this.memory = memory;
            this.headAt = headAt;
            this.tailAt = tailAt;
            this.entriesAt = entriesAt;
            this.entries = entries;
            this.entryBytes = entryBytes;
        }

        /// @return entries sent and not yet taken, or −1 if the receiver wrote an impossible head
        int used() {
            // ORDER: acquire; pairs with the release of the head in Receiver.publish: what stood in the entries was
            // read before they are written again.
            headSeen = (int) RingHeaderLayout.U32.getAcquire(memory, headAt);
            int used = tail - headSeen;
            return used < 0 || used > entries ? -1 : used;
        }

        /// Offset of the next entry to write; there must be room.
        long next() {
            return entriesAt + (tail & (entries - 1)) * entryBytes;
        }

        void publish() {
            tail++;
            // ORDER: release; pairs with the acquire of the tail in Receiver.available: the entry is whole before it
            // can be seen.
            RingHeaderLayout.U32.setRelease(memory, tailAt, tail);
        }
    }

    /// The receiving side: the producer for SQEs, the consumer for CQEs.
    static final class Receiver {
        private final MemorySegment memory;
        private final long headAt;
        private final long tailAt;
        private final long entriesAt;
        private final int entries;
        private final long entryBytes;
        private int head;

        Receiver(MemorySegment memory, long headAt, long tailAt, long entriesAt, int entries, long entryBytes) {
            this.memory = memory;
            this.headAt = headAt;
            this.tailAt = tailAt;
            this.entriesAt = entriesAt;
            this.entries = entries;
            this.entryBytes = entryBytes;
        }

        /// @return entries that can be taken, or −1 if the sender wrote an impossible tail
        int available() {
            // ORDER: acquire; pairs with the release of the tail in Sender.publish.
            int tail = (int) RingHeaderLayout.U32.getAcquire(memory, tailAt);
            int available = tail - head;
            return available < 0 || available > entries ? -1 : available;
        }

        /// Offset of the next entry to read; there must be one.
        long next() {
            return entriesAt + (head & (entries - 1)) * entryBytes;
        }

        void publish() {
            head++;
            // ORDER: release; pairs with the acquire of the head in Sender.used.
            RingHeaderLayout.U32.setRelease(memory, headAt, head);
        }
    }
}
