package ferrite.runtime;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import java.util.function.BooleanSupplier;

/// A context that the calling thread drives itself: the way for ordinary code into the runtime. One thread at a time.
public interface Application extends AutoCloseable {
    /// Number of its context.
    int id();

    /// The ring to the kernel: open, read, write, everything by path.
    ConsumerInstance kernel();

    /// A ring straight to a scheme; see [ferrite.spi.context.Context#connect].
    ///
    /// @throws ferrite.spi.error.SchemeException ENODEV if nobody serves the name
    ConsumerInstance connect(SchemeName scheme, RingParameters parameters);

    /// One more ring to the kernel.
    ///
    /// @throws ferrite.spi.error.SchemeException ENFILE if the application may have no more rings
    ConsumerInstance openRing(RingParameters parameters);

    /// One of this application's rings by its number.
    ///
    /// @throws ferrite.spi.error.SchemeException EBADF if there is none
    ConsumerInstance ring(int id);

    /// Waits for several rings, or for anything else that completions bring about. Hands over what was submitted on all
    /// rings first.
    ///
    /// @param condition asked after each completion, on this thread
    /// @return whether it holds; false after the time is up, or if the thread was interrupted
    boolean await(BooleanSupplier condition, long timeoutNanos);

    /// This application's memory.
    BufferPool pool();

    /// Cancels what is in flight, closes all files, gives the memory back.
    @Override
    void close();
}
