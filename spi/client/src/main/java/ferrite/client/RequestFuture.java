package ferrite.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The result of one request. It completes with the terminal completion and not before, on the thread that drives the
/// reactor: then the peer has let go of the buffer.
///
/// Forgetting this object, or completing it by force, changes nothing for the request and its buffer: both stay with
/// the reactor. A failure is a [ferrite.spi.error.SchemeException].
///
/// @param <T> of the result
public final class RequestFuture<T> extends CompletableFuture<T> {
    private final @Nullable Runnable canceller;
    private volatile boolean cancelAsked;

    RequestFuture(@Nullable Runnable canceller) {
        this.canceller = canceller;
    }

    /// Asks the peer to end the request. It is done when the peer has answered: cancelled
    /// ([java.util.concurrent.CancellationException]), or with its result if that was quicker.
    ///
    /// @param mayInterruptIfRunning has no meaning here
    /// @return false if it was done before
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (isDone()) {
            return false;
        }
        if (!cancelAsked && canceller != null) {
            cancelAsked = true;
            canceller.run();
        }
        return true;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    boolean isCancelAsked() {
        return cancelAsked;
    }

    void cancelled() {
        super.cancel(false);
    }
}
