package ferrite.runtime.ring;

import ferrite.buffer.raw.RawMemory;
import ferrite.spi.ring.CqeFlags;

/// The way from producer to consumer: 32-byte entries, one sender, one receiver, each on any thread. Published as
/// [SubmissionQueue]'s entries are, by the word `flags`, and as these several together.
///
/// The sender is never refused: admission ([ConsumerEnd]) keeps a place for every completion.
final class CompletionQueue {
    private static final int BYTES_SHIFT = 5;

    private CompletionQueue() {}

    /// The sending side. Its fields belong to one thread at a time.
    static final class Sender extends Padded {
        private final long entriesAt;
        private final long headAt;
        private final int entries;
        private int tail;

        /// The first entry that is not published, and its word `flags`; 0: all are.
        private long heldAt;

        private long held;

        /// @param base address of the ring's memory
        /// @param entriesAt address of the first entry
        Sender(long base, long entriesAt, int entries) {
            this.entriesAt = entriesAt;
            headAt = base + RingLayout.CQ_HEAD;
            this.entries = entries;
        }

        /// @return entries put and, as far as the receiver has said, not taken; −1 if it wrote an impossible head
        int used() {
            // ORDER: acquire; pairs with the release in Receiver.publish.
            int used = tail - (int) RawMemory.getAcquire(headAt);
            return used < 0 || used > entries ? -1 : used;
        }

        /// Writes one entry, which [#publish] will let the receiver see; admission has kept a place.
        void put(long tag, long status, long flags, long extra) {
            int count = tail;
            long at = RawMemory.at(entriesAt + ((long) (count & entries - 1) << BYTES_SHIFT));
            RawMemory.set(at + RingLayout.CQE_TAG, tag);
            RawMemory.set(at + RingLayout.CQE_STATUS, status);
            RawMemory.set(at + RingLayout.CQE_EXTRA, extra);
            long last = flags & ~RingLayout.CQE_PHASE | ((count & entries) == 0 ? RingLayout.CQE_PHASE : 0);
            if (heldAt == 0) {
                heldAt = at;
                held = last;
            } else {
                RawMemory.set(at + RingLayout.CQE_FLAGS, last); // cannot be seen before the one that is held back
            }
            tail = count + 1;
        }

        /// Lets the receiver see what was put.
        void publish() {
            long at = heldAt;
            if (at != 0) {
                heldAt = 0;
                // ORDER: release; pairs with the acquire in Receiver.next: all are whole before the first can be seen.
                RawMemory.setRelease(RawMemory.at(at) + RingLayout.CQE_FLAGS, held);
            }
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

        Receiver(long base, long entriesAt, int entries) {
            this.entriesAt = entriesAt;
            headAt = base + RingLayout.CQ_HEAD;
            this.entries = entries;
            publishEvery = Math.max(1, entries / 4);
        }

        /// @return address of the next entry, 0 if there is none
        long next() {
            int count = head;
            long at = RawMemory.at(entriesAt + ((long) (count & entries - 1) << BYTES_SHIFT));
            // ORDER: acquire; pairs with the release in Sender.publish.
            boolean phase = RawMemory.getAcquire(at + RingLayout.CQE_FLAGS) < 0;
            if (phase == ((count & entries) == 0)) {
                return at;
            }
            if (published != count) {
                publish(count);
            }
            return 0;
        }

        /// The entry at [#next] has been read.
        ///
        /// @return whether the sender has been told of places that are free again
        boolean taken() {
            int count = head + 1;
            head = count;
            if (count - published < publishEvery) {
                return false;
            }
            publish(count);
            return true;
        }

        /// Tells the sender how far we are, also if the word that says so was overwritten.
        ///
        /// @return entries taken, modulo 2³²
        int publishAgain() {
            publish(head);
            return head;
        }

        /// Whether an entry can be taken. Any thread; true or false may be old news on another than the owner's.
        boolean hasNext() {
            return flags(head) < 0 == ((head & entries) == 0);
        }

        /// How many entries can be taken that are to be delivered, at most `limit`. Any thread.
        int available(int limit) {
            int found = 0;
            for (int count = head; found < limit; count++) {
                long flags = flags(count);
                if (flags < 0 != ((count & entries) == 0)) {
                    break;
                }
                if ((flags & CqeFlags.SKIPPED) == 0) {
                    found++;
                }
            }
            return found;
        }

        /// Whether the next entry is there and is not to be delivered.
        boolean isNextSkipped() {
            long flags = flags(head);
            return flags < 0 == ((head & entries) == 0) && (flags & CqeFlags.SKIPPED) != 0;
        }

        private long flags(int count) {
            long at = RawMemory.at(entriesAt + ((long) (count & entries - 1) << BYTES_SHIFT)) + RingLayout.CQE_FLAGS;
            // ORDER: acquire; pairs with the release in Sender.publish.
            return RawMemory.getAcquire(at);
        }

        private void publish(int count) {
            published = count;
            // ORDER: release; pairs with the acquire in Sender.used.
            RawMemory.setRelease(headAt, count & 0xFFFF_FFFFL);
        }
    }
}
