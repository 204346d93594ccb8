package ferrite.runtime.ring;

import ferrite.benchmarks.rings.Channel;
import ferrite.benchmarks.rings.RequestRing;
import ferrite.benchmarks.rings.Sum;
import ferrite.buffer.raw.RawMemory;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Ferrite's rings as the benchmarks of rings use them. In this package because the queues are nobody else's business.
public final class FerriteRings {
    private static final RingParameters PARAMETERS = new RingParameters(Channel.ENTRIES, 2 * Channel.ENTRIES);

    /// Private to the scheme that would serve it.
    private static final long HEAD = SubmissionQueueEntry.of(200).head();

    private FerriteRings() {}

    /// The submission queue by itself.
    ///
    /// @param words of an entry: always 8
    public static Channel entries(int words) {
        return new Submissions();
    }

    /// A whole ring: admission, records, tags, and every check of both ends.
    public static RequestRing requests() {
        return new Requests(new Ring("benchmark", new Ring.Attachment.UserToUser(), PARAMETERS));
    }

    private static final class Submissions implements Channel {
        private final MemorySegment memory = Arena.global().allocate(RingLayout.bytes(PARAMETERS), 4096);
        private final SubmissionQueue.Sender sender = new SubmissionQueue.Sender(memory.address(), ENTRIES);
        private final Receiving receiving = new Receiving(new SubmissionQueue.Receiver(memory.address(), ENTRIES));

        @Override
        public int send(int count) {
            int sent = Math.min(count, sender.room());
            for (int i = 0; i < sent; i++) {
                sender.put(i, 1, 2, 3, 4, 5, 6, 7);
            }
            sender.publish();
            return sent;
        }

        @Override
        public int receive(int limit) {
            return receiving.receive(limit);
        }
    }

    private static final class Receiving extends Padded {
        private final SubmissionQueue.Receiver receiver;
        private final Sum sum = new Sum();

        Receiving(SubmissionQueue.Receiver receiver) {
            this.receiver = receiver;
        }

        int receive(int limit) {
            int received = 0;
            long words = 0;
            while (received < limit) {
                long at = receiver.next();
                if (at == 0) {
                    break;
                }
                for (int word = 0; word < SubmissionQueueEntry.BYTES; word += Long.BYTES) {
                    words += RawMemory.get(at + word);
                }
                receiver.taken();
                received++;
            }
            sum.add(words);
            return received;
        }
    }

    /// What the consumer's side keeps is in this object; the producer's side has no state.
    private static final class Requests extends Padded implements RequestRing {
        private final ConsumerEnd consumer;
        private final ProducerEnd producer;
        private final Sum sum = new Sum();

        Requests(Ring ring) {
            consumer = ring.consumer();
            producer = ring.producer();
        }

        @Override
        public int ask(int count) {
            int sent = 0;
            while (sent < count && consumer.put(HEAD, 0, 0, 0, 0, 0, 0, null, sent, null)) {
                sent++;
            }
            consumer.publish();
            return sent;
        }

        @Override
        public int serve(int limit) {
            int served = 0;
            producer.holdBack();
            while (served < limit) {
                InFlight record = producer.receive();
                if (record == null) {
                    break;
                }
                producer.complete(record, record.offset(), 0);
                served++;
            }
            producer.publish();
            return served;
        }

        @Override
        public int reap(int limit) {
            int reaped = 0;
            long words = 0;
            while (reaped < limit && consumer.reap()) {
                words += consumer.userData() + consumer.status();
                reaped++;
            }
            sum.add(words);
            return reaped;
        }
    }
}
