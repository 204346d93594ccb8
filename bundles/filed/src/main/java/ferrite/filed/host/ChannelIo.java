package ferrite.filed.host;

import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// Transfers by [FileChannel] on threads of the runtime: for hosts that have no io_uring for us.
public final class ChannelIo implements HostIo {
    private static final long CLOSE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Ended(Transfer transfer, long status) {}

    private final Context context;
    private final ArrayDeque<Transfer> waiting = new ArrayDeque<>();
    private final Set<Transfer> working = new HashSet<>();
    /// Filled by the runtime's threads.
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

    /// @param context lends the threads
    public ChannelIo(Context context) {
        this.context = context;
    }

    @Override
    public void begin(Transfer transfer) {
        waiting.addLast(transfer);
    }

    @Override
    public boolean cancel(long request) {
        for (Iterator<Transfer> each = waiting.iterator(); each.hasNext(); ) {
            Transfer transfer = each.next();
            if (transfer.isOf(request)) {
                each.remove();
                transfer.end(Errno.ECANCELED.status());
                return true;
            }
        }
        // A thread that is in the host's hands cannot be called back: its result comes.
        return working.stream().anyMatch(transfer -> transfer.isOf(request));
    }

    @Override
    public int poll() {
        int answered = 0;
        for (Ended next = ended.poll(); next != null; next = ended.poll()) {
            working.remove(next.transfer);
            next.transfer.end(next.status);
            answered++;
        }
        while (!waiting.isEmpty() && working.size() < TRANSFERS_MAX) {
            Transfer transfer = waiting.removeFirst();
            working.add(transfer);
            context.offload(() -> ended.add(new Ended(transfer, move(transfer))));
        }
        return answered;
    }

    /// On a thread of the runtime.
    private static long move(Transfer transfer) {
        try {
            return switch (transfer.kind()) {
                case READ -> {
                    ByteBuffer into = transfer.bytes().asByteBuffer();
                    yield Math.max(0, transfer.file().channel().read(into, transfer.offset()));
                }
                case WRITE -> transfer.file().channel().write(transfer.bytes().asByteBuffer(), transfer.offset());
                case APPEND -> {
                    FileChannel channel = transfer.file().channel();
                    yield channel.write(transfer.bytes().asByteBuffer(), channel.size());
                }
                case SYNC -> {
                    transfer.file().sync();
                    yield 0;
                }
            };
        } catch (SchemeException refused) {
            return refused.errno().status();
        } catch (IOException | NonReadableChannelException | NonWritableChannelException failed) {
            return Channels.errno(failed).status();
        } catch (RuntimeException broken) {
            return Errno.EFAULT.status();
        }
    }

    @Override
    public int inFlight() {
        return waiting.size() + working.size();
    }

    @Override
    public boolean needsDescriptors() {
        return false;
    }

    @Override
    public boolean needsPolling() {
        return false;
    }

    @Override
    public void close() {
        for (Transfer transfer = waiting.poll(); transfer != null; transfer = waiting.poll()) {
            transfer.end(Errno.ENODEV.status());
        }
        context.await(
                () -> {
                    poll();
                    return working.isEmpty();
                },
                CLOSE_LIMIT_NANOS);
    }
}
