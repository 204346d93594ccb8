package ferrite.device.pcihostbridge;

import ferrite.spi.context.Context;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.IrqOperation;
import ferrite.spi.scheme.OpenFlags;
import java.util.LinkedHashSet;
import java.util.Set;

/// Messages of functions on their way to the kernel's `irq:msi`.
///
/// A message is a wish to interrupt, not a count: equal ones that wait for room are one.
final class MessagePort {
    private static final int WAITING_MAX = 4096;
    private static final int REAP_MAX = 64;
    private static final CompletionHandler IGNORED = _ -> {};

    private record Message(long address, long data) {}

    private final ConsumerInstance kernel;
    private final long file;
    private final Set<Message> waiting = new LinkedHashSet<>();
    private boolean rang;

    private MessagePort(Context context, long file) {
        this.kernel = context.kernel();
        this.file = file;
    }

    /// Opens the file.
    ///
    /// @throws ferrite.spi.error.SchemeException as the kernel answers
    static MessagePort open(Context context) {
        return new MessagePort(context, context.kernel().open(context.pool(), "irq:msi", OpenFlags.WRONLY));
    }

    static MessagePort restore(Context context, StateReader state) {
        MessagePort port = new MessagePort(context, state.i64("irq:msi", 0, Long.MAX_VALUE));
        int count = state.i32("messages", 0, WAITING_MAX);
        for (int i = 0; i < count; i++) {
            port.waiting.add(new Message(
                    state.i64("message address", Long.MIN_VALUE, Long.MAX_VALUE),
                    state.i64("message data", 0, 0xFFFF_FFFFL)));
        }
        return port;
    }

    /// Passes a message on.
    ///
    /// @param data 32 bits, unsigned
    void signal(long address, long data) {
        if (!waiting.isEmpty() || !send(address, data)) {
            if (waiting.size() < WAITING_MAX) {
                waiting.add(new Message(address, data));
            }
        }
    }

    private boolean send(long address, long data) {
        boolean sent = kernel.submit(
                SubmissionQueueEntry.of(IrqOperation.SIGNAL).withFd(file).withAdditional(address, data));
        rang |= sent;
        return sent;
    }

    /// Sends what waited and lets the kernel see it.
    ///
    /// @return how many completions came
    int turn() {
        waiting.removeIf(message -> send(message.address, message.data));
        if (rang) {
            rang = false;
            kernel.enter(0);
        }
        return kernel.reap(IGNORED, REAP_MAX);
    }

    void save(StateWriter state) {
        state.i64(file).i32(waiting.size());
        for (Message message : waiting) {
            state.i64(message.address).i64(message.data);
        }
    }
}
