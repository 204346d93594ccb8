package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import org.jspecify.annotations.Nullable;

/// One request with a future: from the thread that asks to the owner, and back.
///
/// @param <T> of the result
final class FutureCall<T> implements Inbox.Work, CompletionCallback {
    /// Makes the result of a completion.
    @FunctionalInterface
    interface Decoder<T> {
        /// @param status a value, or a negative error number if the call lets it through
        T decode(long status, long flags, long extra);
    }

    private final Reactor reactor;
    private final ConsumerPort port;
    private final SubmissionQueueEntry entry;
    private final @Nullable BufferSlice buffer;
    private final String what;
    private final Decoder<T> decoder;
    private final RequestFuture<T> future;
    private final boolean remote;

    /// Closed at the end, if it was acquired for this request.
    private @Nullable BufferSlice own;

    /// Errors with these numbers go to the decoder.
    private long expected;

    private long tag = RequestTable.NONE;

    private boolean unsent;
    private EndListener onEnd = (_, _) -> {};

    /// Told the answer before the future is.
    @FunctionalInterface
    interface EndListener {
        /// @param wasSent whether the ring answered, and not the reactor
        void ended(long status, boolean wasSent);
    }

    FutureCall(
            Reactor reactor,
            ConsumerPort port,
            SubmissionQueueEntry entry,
            @Nullable BufferSlice buffer,
            String what,
            Decoder<T> decoder) {
        this.reactor = reactor;
        this.port = port;
        this.entry = entry;
        this.buffer = buffer;
        this.what = what;
        this.decoder = decoder;
        remote = !reactor.isDriving();
        future = new RequestFuture<>(() -> reactor.perform(new Inbox.Work() {
            @Override
            public void run() {
                port.cancel(tag);
            }

            @Override
            public void refuse() {
                // The request itself is refused, or abandoned with the reactor.
            }
        }));
    }

    RequestFuture<T> future() {
        return future;
    }

    boolean isRemote() {
        return remote;
    }

    int opcode() {
        return entry.opcode();
    }

    long tag() {
        return tag;
    }

    /// Whether the ring does not tell of its success.
    boolean isSilent() {
        return (entry.flags() & SqeFlags.SKIP_SUCCESS) != 0;
    }

    void onEnd(EndListener listener) {
        onEnd = listener;
    }

    /// What is completed next did not come from the ring.
    void neverSent() {
        unsent = true;
    }

    /// Closes the slice when the request has ended.
    FutureCall<T> owning(BufferSlice slice) {
        own = slice;
        return this;
    }

    /// Lets one error through to the decoder.
    FutureCall<T> expecting(Errno errno) {
        expected = errno.status();
        return this;
    }

    @Override
    public void run() {
        if (reactor.isClosing()) {
            refuse();
            return;
        }
        try {
            tag = port.submit(entry, buffer, entry.offset(), this, 0, remote);
            if (tag == RequestTable.NONE) {
                throw full();
            }
        } catch (SchemeException refused) {
            fail(refused);
        }
    }

    /// Places it in a chain.
    void enqueue() {
        port.enqueue(entry, buffer, this, 0, remote, given -> tag = given);
    }

    SchemeException full() {
        return new SchemeException(
                Errno.EAGAIN, what + ": all places of the ring are taken (" + port.meter() + "); wait for some to end");
    }

    @Override
    public void refuse() {
        if (remote) {
            port.remotePermits.release();
        }
        fail(Reactor.shutDown());
    }

    void fail(SchemeException cause) {
        closeOwn();
        future.completeExceptionally(cause);
    }

    @Override
    public void completed(long context, long status, long flags, long extra) {
        onEnd.ended(status, !unsent);
        if (status == Errno.ECANCELED.status() && future.isCancelAsked()) {
            closeOwn();
            future.cancelled();
        } else if (Errno.isError(status) && status != expected) {
            fail(new SchemeException(Errno.of(status).orElse(Errno.EIO), what));
        } else {
            decode(status, flags, extra);
        }
    }

    private void decode(long status, long flags, long extra) {
        T result;
        try {
            result = decoder.decode(status, flags, extra);
        } catch (SchemeException malformed) {
            fail(malformed);
            return;
        } catch (RuntimeException malformed) {
            // What the peer answered makes no sense.
            fail(new SchemeException(Errno.EBADMSG, what + ": " + malformed.getMessage()));
            return;
        }
        closeOwn();
        future.complete(result);
    }

    private void closeOwn() {
        BufferSlice slice = own;
        if (slice != null) {
            own = null;
            slice.close();
        }
    }
}
