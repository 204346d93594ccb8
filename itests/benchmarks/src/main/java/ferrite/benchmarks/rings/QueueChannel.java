package ferrite.benchmarks.rings;

import java.util.Queue;

/// A queue of objects. It carries one reference, always the same: nothing is copied.
final class QueueChannel implements Channel {
    private static final Object ENTRY = new Object();

    private final Queue<Object> queue;
    private final Sum sum = new Sum();

    QueueChannel(Queue<Object> queue) {
        this.queue = queue;
    }

    @Override
    public int send(int count) {
        int sent = 0;
        while (sent < count && queue.offer(ENTRY)) {
            sent++;
        }
        return sent;
    }

    @Override
    public int receive(int limit) {
        int received = 0;
        while (received < limit && queue.poll() != null) {
            received++;
        }
        sum.add(received);
        return received;
    }
}
