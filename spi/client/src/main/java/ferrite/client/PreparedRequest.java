package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.jspecify.annotations.Nullable;

/// One entry and one callback, to be sent many times: the form that allocates nothing. The owner's.
public final class PreparedRequest {
    /// What `submit` returns when the ring's places are all taken: end some requests, then retry.
    public static final long FULL = RequestTable.NONE;

    private final Reactor reactor;
    private final ConsumerPort port;
    private final SubmissionQueueEntry entry;
    private final CompletionCallback callback;

    PreparedRequest(Reactor reactor, ConsumerPort port, SubmissionQueueEntry entry, CompletionCallback callback) {
        this.reactor = reactor;
        this.port = port;
        this.entry = entry;
        this.callback = callback;
    }

    /// Sends the entry without a buffer, or lets it wait in order if the ring is full.
    ///
    /// @param context comes back with each completion
    /// @return the request's tag, ≥ 0, for [#cancel]; or [#FULL]
    /// @throws ferrite.spi.error.SchemeException ESHUTDOWN if ring or reactor is closed
    public long submit(long context) {
        return send(null, entry.offset(), context);
    }

    /// Sends the entry on a buffer, which must not be closed before the terminal completion.
    ///
    /// @param offset in the file, bytes
    /// @param context comes back with each completion
    /// @return the request's tag, ≥ 0, for [#cancel]; or [#FULL]
    /// @throws ferrite.spi.error.SchemeException ESHUTDOWN if ring or reactor is closed, EFAULT if the slice is not live
    public long submit(BufferSlice buffer, long offset, long context) {
        return send(buffer, offset, context);
    }

    /// Asks for a request to end; its terminal completion still comes. Does nothing if it has ended.
    public void cancel(long tag) {
        reactor.checkOwner();
        port.cancel(tag);
    }

    private long send(@Nullable BufferSlice buffer, long offset, long context) {
        reactor.checkOwner();
        if (reactor.isClosing()) {
            throw Reactor.shutDown();
        }
        return port.submit(entry, buffer, offset, callback, context, false);
    }
}
