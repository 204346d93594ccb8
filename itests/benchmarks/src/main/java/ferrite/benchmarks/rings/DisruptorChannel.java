package ferrite.benchmarks.rings;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;

/// LMAX Disruptor with one producer and one poller; events of eight words.
final class DisruptorChannel implements Channel {
    static final class Event {
        long first;
        long second;
        long third;
        long fourth;
        long fifth;
        long sixth;
        long seventh;
        long eighth;

        void set(long value) {
            first = value;
            second = value;
            third = value;
            fourth = value;
            fifth = value;
            sixth = value;
            seventh = value;
            eighth = value;
        }

        long sum() {
            return first + second + third + fourth + fifth + sixth + seventh + eighth;
        }
    }

    private final RingBuffer<Event> ring =
            RingBuffer.createSingleProducer(Event::new, ENTRIES, new BusySpinWaitStrategy());
    private final EventPoller<Event> poller = ring.newPoller();
    private final Receiver receiver = new Receiver();

    DisruptorChannel() {
        ring.addGatingSequences(poller.getSequence());
    }

    @Override
    public int send(int count) {
        if (!ring.hasAvailableCapacity(count)) {
            return 0;
        }
        long last = ring.next(count);
        for (long at = last - count + 1; at <= last; at++) {
            ring.get(at).set(at);
        }
        ring.publish(last - count + 1, last);
        return count;
    }

    @Override
    public int receive(int limit) {
        receiver.left = limit;
        try {
            poller.poll(receiver);
        } catch (Exception failed) {
            throw new IllegalStateException("the poller threw", failed);
        }
        return limit - receiver.left;
    }

    private static final class Receiver implements EventPoller.Handler<Event> {
        private final Sum sum = new Sum();
        private int left;

        @Override
        public boolean onEvent(Event event, long sequence, boolean endOfBatch) {
            sum.add(event.sum());
            left--;
            return left > 0;
        }
    }
}
