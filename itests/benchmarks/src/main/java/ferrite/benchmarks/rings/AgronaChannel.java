package ferrite.benchmarks.rings;

import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// Agrona's ring buffer of messages.
abstract sealed class AgronaChannel implements Channel {
    private static final int TYPE = 1;
    private static final int HEADER_BYTES = 8;
    private static final int LINE_BYTES = 128;

    final OneToOneRingBuffer ring;
    final int bytes;
    private final Sum sum = new Sum();
    private final MessageHandler reader = this::read;

    private AgronaChannel(int words) {
        bytes = words * Long.BYTES;
        int capacity = BitUtil.findNextPositivePowerOfTwo(ENTRIES * (bytes + HEADER_BYTES));
        ring = new OneToOneRingBuffer(new UnsafeBuffer(
                ByteBuffer.allocateDirect(capacity + RingBufferDescriptor.TRAILER_LENGTH + LINE_BYTES)
                        .alignedSlice(LINE_BYTES),
                0,
                capacity + RingBufferDescriptor.TRAILER_LENGTH));
    }

    abstract boolean write();

    @Override
    public final int send(int count) {
        int sent = 0;
        while (sent < count && write()) {
            sent++;
        }
        return sent;
    }

    @Override
    public final int receive(int limit) {
        return ring.read(reader, limit);
    }

    private void read(int type, MutableDirectBuffer buffer, int index, int length) {
        long words = type;
        for (int at = 0; at < bytes; at += Long.BYTES) {
            words += buffer.getLong(index + at);
        }
        sum.add(words);
    }

    static void fill(MutableDirectBuffer buffer, int index, int bytes, long value) {
        for (int at = 0; at < bytes; at += Long.BYTES) {
            buffer.putLong(index + at, value);
        }
    }

    /// Messages are made elsewhere and copied in by `write`.
    static final class Copying extends AgronaChannel {
        private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(2 * LINE_BYTES));
        private long count;

        Copying(int words) {
            super(words);
        }

        @Override
        boolean write() {
            fill(message, 0, bytes, count++);
            return ring.write(TYPE, message, 0, bytes);
        }
    }

    /// Messages are made in place, between `tryClaim` and `commit`.
    static final class Claiming extends AgronaChannel {
        private final DirectBuffer memory;
        private long count;

        Claiming(int words) {
            super(words);
            memory = ring.buffer();
        }

        @Override
        boolean write() {
            int index = ring.tryClaim(TYPE, bytes);
            if (index < 0) {
                return false;
            }
            fill((MutableDirectBuffer) memory, index, bytes, count++);
            ring.commit(index);
            return true;
        }
    }
}
